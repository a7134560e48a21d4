/** Of the 4xx class these say most about what the caller can do (RFC 3261 section 16.7 step 6), then what the callee said. */
const telling = [401, 407, 415, 420, 484, 488, 486];
/** And these least: another branch's refusal is the better news. */
const mute = [480, 487, 408];

/**
 * Chooses among the final answers of the branches of one request the one to hand back (RFC 3261 section 16.7 step 6): a 6xx
 * before everything, else the lowest class, within 4xx the most telling one, at a tie the first.
 * @returns its index; -1 when there are no answers.
 */
export function chooseBestResponse(statuses: readonly number[]): number {
  let best = -1;
  statuses.forEach((status, index) => {
    const champion = statuses[best];
    if (champion === undefined || rank(status) < rank(champion)) best = index;
  });
  return best;
}

function rank(status: number): number {
  const statusClass = Math.floor(status / 100);
  if (statusClass === 6) return 0;
  const place = telling.indexOf(status);
  const last = mute.indexOf(status);
  const within = statusClass !== 4 ? 50 : place >= 0 ? place : last >= 0 ? 90 + last : 50;
  return statusClass * 100 + within;
}
