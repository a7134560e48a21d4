import { describe, expect, it } from 'vitest';
import { SoundLog } from '#test/support/roaming/sound-log.ts';

/** Frames every 20 ms in each of the times given. */
function heard(...times: readonly (readonly [from: number, to: number])[]): SoundLog {
  const log = new SoundLog();
  for (const [from, to] of times) log.add(Array.from({ length: (to - from) / 20 + 1 }, (_, index) => from + 20 * index));
  return log;
}

describe('time without sound', () => {
  it('is none while frames follow each other', () => expect(heard([0, 2_000]).silentMs(500, 1_500)).toBe(0));

  it('counts from the last frame to the next, also when that began before', () => {
    expect(heard([0, 980], [1_500, 3_000]).silentMs(1_000, 2_500)).toBe(520);
  });

  it('adds up pauses, and leaves out what nobody hears as one', () => {
    expect(heard([0, 1_000], [1_100, 1_200], [1_400, 1_500], [2_000, 3_000]).silentMs(900, 3_000)).toBe(200 + 500);
  });

  it('goes on to the end when nothing came back', () => expect(heard([0, 1_000]).silentMs(900, 4_000)).toBe(3_000));

  it('survives forgetting what lies before', () => {
    const log = heard([0, 980], [1_500, 3_000]);
    log.forgetBefore(1_000);
    expect(log.silentMs(1_000, 2_500)).toBe(520);
  });
});

describe('steady sound', () => {
  it('has no pause up to now', () => {
    const log = heard([0, 1_000], [1_500, 2_000]);
    expect([log.isSteady(1_000, 600), log.isSteady(1_300, 600), log.isSteady(2_000, 600), log.isSteady(2_000, 400)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('is not there before anything was heard', () => expect(new SoundLog().isSteady(1_000, 600)).toBe(false));
});
