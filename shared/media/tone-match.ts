import type { Peak } from './spectrum.ts';

/** What a spectrum of a fifth of a second tells of a steady tone. */
const toleranceHz = 6;
/** A voice glides through a pitch; a tone stays. */
const steadyReadings = 2;

/**
 * Whether somebody who listened heard these tones one after the other, each for a while, whatever else sounded.
 * @param readings the spectral lines at short intervals, in the order of time
 */
export function heardInOrder(frequenciesHz: readonly number[], readings: readonly (readonly Peak[])[]): boolean {
  let heard = 0;
  let steady = 0;
  for (const peaks of readings) {
    const wanted = frequenciesHz[heard];
    if (wanted === undefined) break;
    steady = peaks.some(({ frequencyHz }) => Math.abs(frequencyHz - wanted) <= toleranceHz) ? steady + 1 : 0;
    if (steady < steadyReadings) continue;
    heard += 1;
    steady = 0;
  }
  return heard === frequenciesHz.length;
}
