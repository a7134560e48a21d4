import { describe, expect, it } from 'vitest';
import { Crowd, type CrowdResult } from '#test/support/registration/crowd.ts';

const clients = 10_000;
const rate = 200;
const idealMs = (clients / rate) * 1_000;

function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.ceil(ascending.length * share) - 1] ?? Number.NaN;
}

function told(result: CrowdResult): string {
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  const { backAfterMs, mostAccepted, mostArrived, mostArrivedLater } = result;
  const back = [0.5, 0.95, 1].map((share) => seconds(percentile(backAfterMs, share))).join(' / ');
  return `back after ${back} s (half / 95 % / all); in any second at most ${mostAccepted} accepted, ${mostArrived} arrived, ${mostArrivedLater} after the first two`;
}

describe('ten thousand lines that lose their server at the same moment', () => {
  it.each([0.5, 5, 60, 300])('come back at the pace that it states when it was away for %d s', (downSeconds) => {
    const result = new Crowd({ clients, downMs: downSeconds * 1_000, rate, seed: 7 }).run();
    console.info(`Server away for ${downSeconds} s: ${told(result)}`);
    expect(result.mostAccepted).toBeLessThanOrEqual(rate * 1.1);
    // who was told when to come comes then, and not all at once again
    expect(result.mostArrivedLater).toBeLessThanOrEqual(rate * 1.5);
    expect(percentile(result.backAfterMs, 1)).toBeLessThanOrEqual(2 * idealMs);
  });
});

describe('one line alone that loses its server', () => {
  it.each([0.5, 5, 60, 300])('is registered within a second of its return after %d s, in 95 of 100 cases', (downSeconds) => {
    const backAfterMs = Array.from({ length: 400 }, (_, seed) => {
      // the server does not come back at a round number of seconds
      const downMs = downSeconds * 1_000 + seed * 2.5;
      return new Crowd({ clients: 1, downMs, rate, seed: seed + 1 }).run().backAfterMs[0] ?? Number.NaN;
    }).sort((one, other) => one - other);
    const [half, most] = [percentile(backAfterMs, 0.5), percentile(backAfterMs, 0.95)];
    console.info(
      `Alone, server away for ${downSeconds} s: registered ${Math.round(half)} ms after its return (95 %: ${Math.round(most)} ms)`,
    );
    expect(most).toBeLessThanOrEqual(1_000);
  });
});
