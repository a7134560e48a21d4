/** What comes after a SUBSCRIBE was answered badly, or a subscription was ended by its notifier. */
export type SubscriptionVerdict =
  /** Ask again after this time. `refused`: the notifier does not want to tell, and may have changed its mind by then. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly refused: boolean }
  /** Ask again at once, for longer. */
  | { readonly kind: 'longer'; readonly seconds: number };

/** How long a notifier that refused is left in peace. */
const slowMs = 15 * 60_000;
/** How long one that has no time is. */
const usualMs = 60_000;
const longestMs = 24 * 3_600_000;
/** More than a day at a time asks nobody for. */
const longestSeconds = 86_400;

/**
 * @param status of the final answer, 300 to 699; 408 also when none came
 * @param minExpires seconds of a 423 (RFC 6665 section 4.2.1.2)
 * @param retryAfter seconds
 * @param failures how often it failed in a row before
 */
export function afterRefusal(
  status: number,
  answer: { readonly minExpires: number | undefined; readonly retryAfter: number | undefined; readonly failures: number },
): SubscriptionVerdict {
  const { minExpires, retryAfter, failures } = answer;
  if (status === 423 && minExpires !== undefined && minExpires <= longestSeconds && failures === 0)
    return { kind: 'longer', seconds: minExpires };
  // the subscription is unknown, and so may be made anew (RFC 6665 section 4.1.2.2)
  if (status === 481) return { kind: 'again', afterMs: backOff(failures), refused: failures > 0 };
  const passing = status === 480 || status === 491 || (status >= 500 && status < 600 && status !== 501);
  return { kind: 'again', afterMs: Math.max(given(retryAfter), passing ? usualMs : slowMs), refused: !passing };
}

/** @param reason of Subscription-State `terminated` (RFC 6665 section 4.1.3); empty when none was given */
export function afterTermination(reason: string, retryAfter: number | undefined, failures: number): SubscriptionVerdict {
  switch (reason) {
    case 'deactivated':
    case 'timeout':
      return { kind: 'again', afterMs: backOff(failures), refused: false };
    case 'rejected':
    case 'noresource':
    case 'invariant':
      return { kind: 'again', afterMs: Math.max(given(retryAfter), slowMs), refused: true };
    case 'probation':
    case 'giveup':
    default:
      return { kind: 'again', afterMs: retryAfter === undefined ? usualMs : Math.max(1_000, given(retryAfter)), refused: false };
  }
}

/** When to refresh what is granted for so many seconds: well before its end, and never in a hurry. */
export function refreshAfterMs(grantedSeconds: number): number {
  const seconds = Math.min(grantedSeconds, longestSeconds);
  return Math.max(5, seconds - Math.max(10, seconds / 10)) * 1000;
}

/** At once, then ever later, so that two machines which disagree do not keep each other busy. */
function backOff(failures: number): number {
  return failures === 0 ? 0 : Math.min(slowMs, 1_000 * 2 ** failures);
}

function given(retryAfter: number | undefined): number {
  return Math.min(longestMs, (retryAfter ?? 0) * 1000);
}
