/** As much as a candidate's network can cost in Chromium (`network-cost`, what its cost among equals decides). */
const mostCost = 999;

/** More than Chromium's own costs differ between networks of a computer: 0 for a cable, 10 for Wi-Fi, some more for a tunnel. */
const costOfARestart = 20;

/** So many generations are told apart before costs begin anew. */
const generations = Math.floor(mostCost / costOfARestart) + 1;

/**
 * Makes the far end's addresses cheaper with every ICE restart, so that Chromium leaves the old pair for one of the new generation as
 * soon as that can be written to. Left alone it stays with a pair that has more priority until nothing was received there for three and
 * a half seconds, also when the old network is gone, and what we say is lost. Every fiftieth restart is left alone: there costs begin anew.
 * @param sdp of the far end @param restarts of its ICE so far
 */
export function withCostAfter(sdp: string, restarts: number): string {
  const cost = mostCost - costOfARestart * (restarts % generations);
  return sdp.replace(/^a=candidate:[^\r\n]*/gm, (line) => `${line.replace(/ network-cost \d+/g, '')} network-cost ${cost}`);
}
