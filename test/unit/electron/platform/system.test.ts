import { describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { longestTimerMs } from '#shared/util/clock.ts';

describe('SystemClock', () => {
  it('runs an action once after its delay', async () => {
    const clock = new SystemClock();
    const startMs = clock.monotonicMs();
    await new Promise<void>((resolve) => clock.schedule(20, resolve));
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
  });

  it('does not take a delay beyond the longest timer for a delay of nothing', async () => {
    const clock = new SystemClock();
    let ran = false;
    const year = clock.schedule(longestTimerMs * 16, () => (ran = true));
    await new Promise<void>((resolve) => clock.schedule(20, resolve));
    year.dispose();
    expect(ran).toBe(false);
  });

  it('runs the last piece of a long delay', (context) => {
    vi.useFakeTimers();
    context.onTestFinished(() => {
      vi.useRealTimers();
    });
    const clock = new SystemClock();
    let ran = false;
    clock.schedule(longestTimerMs * 2 + 5, () => (ran = true));
    vi.advanceTimersByTime(longestTimerMs);
    vi.advanceTimersByTime(longestTimerMs);
    vi.advanceTimersByTime(4);
    expect(ran).toBe(false);
    vi.advanceTimersByTime(1);
    expect(ran).toBe(true);
    const cancelled = clock.schedule(longestTimerMs * 2, () => expect.unreachable());
    vi.advanceTimersByTime(longestTimerMs);
    cancelled.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells wall time in milliseconds since 1970', () => {
    expect(Math.abs(new SystemClock().wallMs() - Date.now())).toBeLessThan(1000);
  });
});

describe('SystemRandom', () => {
  it('gives fractions from 0 to below 1', () => {
    const random = new SystemRandom();
    for (let index = 0; index < 1000; index++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });

  it('gives as many bytes as asked for, different each time', () => {
    const random = new SystemRandom();
    expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(random.hex(16)).not.toBe(random.hex(16));
  });
});
