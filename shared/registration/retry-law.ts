/**
 * When to try again. React to events at once, poll as a backstop, be gentle only when the server asks for it:
 *
 *   - the first retry after a cut comes within a quarter of a second, then after 1, 2, 4, 8, 15, 30 s (each ±20 %, never
 *     above 30 s) for as long as it takes;
 *   - a `Retry-After` is obeyed, never undercut, and spread by up to a tenth;
 *   - a server that takes connections and then fails five times in a row is overloaded or broken: RFC 5626 section 4.5.
 */
export interface RetryMemory {
  /** Rounds over all addresses that failed since the last success or reset. */
  readonly failures: number;
  /** Of these, in a row: the server took the connection but the registration came to nothing. */
  readonly acceptedThenFailed: number;
}

export const noFailures: RetryMemory = { failures: 0, acceptedThenFailed: 0 };

export interface Failure {
  /** Whether the connection stood when it failed. */
  readonly accepted: boolean;
  /** Seconds, as the server wrote them; undefined when it did not. */
  readonly retryAfterSeconds: number | undefined;
}

const ladderMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
const ladderTopMs = 30_000;
const firstRetryMs = 250;
const spread = 0.2;
const acceptedThenFailedLimit = 5;
/** RFC 5626 section 4.5 with no flow left. */
const outboundBaseMs = 30_000;
const outboundCapMs = 1_800_000;
const retryAfterMaxSeconds = 3_600;
const retryAfterSpread = 0.1;

/**
 * What to wait after a failure, and what to remember of it.
 * @param fraction a random number from 0 (included) to 1 (excluded)
 */
export function afterFailure(
  memory: RetryMemory,
  failure: Failure,
  fraction: number,
): { readonly delayMs: number; readonly memory: RetryMemory } {
  const next: RetryMemory = {
    failures: memory.failures + 1,
    acceptedThenFailed: failure.accepted ? memory.acceptedThenFailed + 1 : 0,
  };
  const delayMs = delayOf(memory.failures, next.acceptedThenFailed, failure.retryAfterSeconds, fraction);
  return { delayMs: Math.ceil(delayMs), memory: next };
}

function delayOf(earlierFailures: number, acceptedThenFailed: number, retryAfterSeconds: number | undefined, fraction: number): number {
  if (retryAfterSeconds !== undefined) {
    return clampRetryAfter(retryAfterSeconds) * 1_000 * (1 + retryAfterSpread * fraction);
  }
  if (acceptedThenFailed >= acceptedThenFailedLimit) {
    const doublings = Math.min(acceptedThenFailed - acceptedThenFailedLimit, 16);
    return Math.min(outboundBaseMs * 2 ** doublings, outboundCapMs) * (0.5 + 0.5 * fraction);
  }
  if (earlierFailures === 0) return firstRetryMs * fraction;
  const stepMs = ladderMs[earlierFailures - 1] ?? ladderTopMs;
  return Math.min(stepMs * (1 - spread + 2 * spread * fraction), ladderTopMs);
}

/** 1 s to an hour; what is no number counts as a minute. */
function clampRetryAfter(seconds: number): number {
  if (!Number.isFinite(seconds)) return 60;
  return Math.min(Math.max(seconds, 1), retryAfterMaxSeconds);
}
