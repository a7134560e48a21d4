/**
 * When to try again. React to events at once, poll as a backstop, be gentle where the server asks for it:
 *
 *   - the first retry after a cut comes within a quarter of a second;
 *   - while the server's computer answers but nothing listens there ("connection refused": it restarts), it is asked once a second
 *     for ten minutes. Such a look costs one packet each way, and the line is back within a second of the server;
 *   - otherwise after 1, 2, 4, 8, 15, 30 s (each ±20 %, never above 30 s) for as long as it takes;
 *   - a `Retry-After` is obeyed, never undercut, and spread by up to a tenth;
 *   - a server that takes connections and then fails five times in a row is overloaded or broken: RFC 5626 section 4.5.
 *
 * That a crowd comes back at the same moment is the server's to pace, by 503 and Retry-After: no client knows how many others there
 * are. `test/unit/shared/registration/crowd.test.ts` plays ten thousand of them.
 */
export interface RetryMemory {
  /** Rounds over all addresses that failed since the last success or reset; those that `looks` counts left out. */
  readonly failures: number;
  /** Of these, in a row: the server took the connection but the registration came to nothing. */
  readonly acceptedThenFailed: number;
  /** Rounds that ended because nothing listened. */
  readonly looks: number;
}

export const noFailures: RetryMemory = { failures: 0, acceptedThenFailed: 0, looks: 0 };

export interface Failure {
  /** Whether the connection stood when it failed. */
  readonly accepted: boolean;
  /** Whether the server's computer said that nothing listens. */
  readonly nothingListens: boolean;
  /** Seconds, as the server wrote them; undefined when it did not. */
  readonly retryAfterSeconds: number | undefined;
}

const ladderMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
const ladderTopMs = 30_000;
const firstRetryMs = 250;
const spread = 0.2;
const lookLeastMs = 600;
const lookMostMs = 1_000;
/** Ten minutes of looks. */
const mostLooks = 750;
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
  const next = remember(memory, failure);
  return { delayMs: Math.ceil(delayOf(memory, next, failure, fraction)), memory: next };
}

/** When an address where nothing listens is looked at again while others are still being tried. */
export function nextLookMs(fraction: number): number {
  return Math.ceil(lookLeastMs + (lookMostMs - lookLeastMs) * fraction);
}

function remember(memory: RetryMemory, failure: Failure): RetryMemory {
  const { failures, looks } = memory;
  if (isLook(failure) && looks < mostLooks) return { failures, acceptedThenFailed: 0, looks: looks + 1 };
  return { failures: failures + 1, acceptedThenFailed: failure.accepted ? memory.acceptedThenFailed + 1 : 0, looks };
}

function isLook({ accepted, nothingListens, retryAfterSeconds }: Failure): boolean {
  return nothingListens && !accepted && retryAfterSeconds === undefined;
}

function delayOf(before: RetryMemory, after: RetryMemory, failure: Failure, fraction: number): number {
  const { retryAfterSeconds } = failure;
  if (retryAfterSeconds !== undefined) {
    return clampRetryAfter(retryAfterSeconds) * 1_000 * (1 + retryAfterSpread * fraction);
  }
  if (after.acceptedThenFailed >= acceptedThenFailedLimit) {
    const doublings = Math.min(after.acceptedThenFailed - acceptedThenFailedLimit, 16);
    return Math.min(outboundBaseMs * 2 ** doublings, outboundCapMs) * (0.5 + 0.5 * fraction);
  }
  if (before.failures === 0 && before.looks === 0) return firstRetryMs * fraction;
  if (after.looks > before.looks) return nextLookMs(fraction);
  // who has looked in vain for ten minutes comes back on the top step
  const step = before.looks >= mostLooks ? ladderMs.length : before.failures;
  const stepMs = ladderMs[Math.max(step - 1, 0)] ?? ladderTopMs;
  return Math.min(stepMs * (1 - spread + 2 * spread * fraction), ladderTopMs);
}

/** 1 s to an hour; what is no number counts as a minute. */
function clampRetryAfter(seconds: number): number {
  if (!Number.isFinite(seconds)) return 60;
  return Math.min(Math.max(seconds, 1), retryAfterMaxSeconds);
}
