/** When a request over UDP is sent again (RFC 8489 section 6.2.1). */

/** The RFC's half second is meant for a backbone of 2008; on a line of today it would wait for nothing. */
const shortestRtoMs = 100;
const longestRtoMs = 500;
/** Before anything was measured. */
const firstRtoMs = 150;

/** Retransmission timeout for a round trip of that length. Null: not measured yet. */
export function rtoOf(roundTripMs: number | null): number {
  return roundTripMs === null ? firstRtoMs : Math.min(longestRtoMs, Math.max(shortestRtoMs, roundTripMs * 2));
}

/** Milliseconds after the first transmission at which the next ones leave: the timeout doubles, and the last leaves before `deadlineMs`. */
export function retransmissionTimes(rtoMs: number, deadlineMs: number): number[] {
  const times: number[] = [];
  for (let waitMs = rtoMs, atMs = rtoMs; atMs < deadlineMs && times.length < mostRetransmissions; waitMs *= 2, atMs += waitMs)
    times.push(atMs);
  return times;
}

/** Rc of the RFC, less the first transmission. */
const mostRetransmissions = 6;
