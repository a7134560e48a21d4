import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('VirtualClock', () => {
  it('runs what falls due in order of time, then of scheduling, each at its own instant', () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.monotonicMs()}`);
    clock.schedule(20, note('c'));
    clock.schedule(10, note('a'));
    clock.schedule(10, () => {
      note('b')();
      clock.schedule(5, note('nested'));
    });
    clock.advance(19);
    expect(seen).toEqual(['a@10', 'b@10', 'nested@15']);
    expect(clock.pendingCount).toBe(1);
    expect(clock.nextDelayMs).toBe(1);
    clock.advance(1);
    expect(seen.at(-1)).toBe('c@20');
    expect(clock.wallMs()).toBe(1020);
  });

  it('forgets what was disposed, and moves no timer with the wall time', () => {
    const clock = new VirtualClock(0);
    clock.schedule(10, () => expect.unreachable()).dispose();
    clock.schedule(10, () => {});
    clock.jumpWall(3_600_000);
    expect([clock.pendingCount, clock.monotonicMs(), clock.wallMs()]).toEqual([1, 0, 3_600_000]);
  });

  it('lets promises settle between actions when asked to', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const tick = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(clock.monotonicMs());
      if (seen.length < 3) clock.schedule(10, () => void tick());
    };
    void tick();
    await clock.advanceAsync(100);
    expect(seen).toEqual([0, 10, 20]);
  });
});

describe('SeededRandom', () => {
  it('repeats itself for the same seed only', () => {
    const run = (seed: number) => {
      const random = new SeededRandom(seed);
      return [random.fraction(), random.fraction(), random.hex(8)];
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    expect(run(0)).toEqual(run(0));
  });
});
