import type { HeaderField, SipResponse } from '#shared/sip/message.ts';

/** One place that a request is sent to. */
export interface Target {
  /** Request-URI on the way there. */
  readonly uri: string;
  readonly token: string;
  /** Number that is called there. */
  readonly number: string;
  /** Number of the group in whose name it is called. */
  readonly group: string | undefined;
  /** Fields for this callee alone. */
  readonly headers: readonly HeaderField[];
  /** What the office says about who answers with this status. */
  identity(status: number): readonly HeaderField[];
}

/** Places that are tried at the same time, and where the request goes after them. */
export interface Stage {
  readonly targets: readonly Target[];
  /** Tells the caller that the call is sent on (181); empty when it is not. */
  readonly announcement: readonly HeaderField[];
  /** After so long without an answer the next stage begins; undefined: the caller decides. */
  readonly noAnswerAfterMs: number | undefined;
  /**
   * Where the request goes now.
   * @param outcome a redirection by one target, the best refusal of all, or silence
   * @returns undefined: nowhere
   */
  next(outcome: SipResponse | 'no-answer'): Stage | undefined;
}

/** A stage after which nothing comes. */
export function lastStage(targets: readonly Target[]): Stage {
  return { targets, announcement: [], noAnswerAfterMs: undefined, next: () => undefined };
}

/** A target of which nothing is said: inside a dialog all is said already. */
export function plainTarget(uri: string, token: string): Target {
  return { uri, token, number: '', group: undefined, headers: [], identity: () => [] };
}

/** The office's own answer. */
export interface Refusal {
  readonly status: number;
  readonly headers?: readonly HeaderField[];
  readonly reason?: string;
}
