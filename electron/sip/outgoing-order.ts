import type { URI } from 'sip.js';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { CallerIdentity } from './caller-identity.ts';

/** What to dial and how. */
export interface OutgoingOrder {
  readonly target: URI;
  /** What was dialled, for messages about it. */
  readonly number: string;
  readonly identity: CallerIdentity;
  readonly headers: readonly string[];
  /** What a refusal means; null for an ordinary outcome. */
  readonly refusal: (status: number, reason: string) => ErrorReport | null;
}
