import { parseDeltaSeconds } from './parse-delta-seconds.ts';
import { parseParameters } from './parse-parameters.ts';

/** Which subscription a NOTIFY belongs to (RFC 6665 section 8.2.1). */
export interface EventName {
  /** Lower case. */
  readonly event: string;
  readonly id: string | undefined;
}

export interface SubscriptionState {
  /** Lower case: `active`, `pending`, `terminated`; an unknown one counts as active (RFC 6665 section 4.1.3). */
  readonly state: string;
  /** Lower case; empty when none is given. */
  readonly reason: string;
  /** Seconds. */
  readonly expires: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/** Reads an Event header; undefined when it is missing or empty. */
export function parseEvent(value: string | undefined): EventName | undefined {
  const { token, parameters } = split(value);
  return token === '' ? undefined : { event: token, id: parameters?.get('id') ?? undefined };
}

/** Reads a Subscription-State header; undefined when it is missing or empty. */
export function parseSubscriptionState(value: string | undefined): SubscriptionState | undefined {
  const { token, parameters } = split(value);
  if (token === '') return undefined;
  return {
    state: token,
    reason: (parameters?.get('reason') ?? '').toLowerCase(),
    expires: parseDeltaSeconds(parameters?.get('expires')),
    retryAfter: parseDeltaSeconds(parameters?.get('retry-after')),
  };
}

function split(value = ''): { token: string; parameters: ReadonlyMap<string, string | null> | undefined } {
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return { token: value.trim().toLowerCase(), parameters: undefined };
  return { token: value.slice(0, semicolon).trim().toLowerCase(), parameters: parseParameters(value.slice(semicolon)) };
}
