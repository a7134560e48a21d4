import { expect, it } from 'vitest';
import { noSilence, watchSilence } from '#shared/media/silence-watch.ts';

/** Readings a second apart; `.` is silence, `~` sound, `m` muted. Gives the seconds at which the alarm came. */
function alarms(readings: string): number[] {
  let watch = noSilence;
  const times: number[] = [];
  for (const [second, reading] of [...readings].entries()) {
    const result = watchSilence(watch, { silent: reading !== '~', speaking: reading !== 'm', nowMs: second * 1_000 });
    watch = result.watch;
    if (result.alarm) times.push(second);
  }
  return times;
}

it('tells digital silence after two seconds, once a spell', () => {
  expect(alarms('~~......~...')).toEqual([4, 11]);
});

it('expects nothing of a muted microphone', () => {
  expect(alarms('..mmmm..mm.~')).toEqual([]);
});
