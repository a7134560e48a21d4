import { expect, it } from 'vitest';
import { restartDelayMs } from '#shared/media/restart-guard.ts';

it.each([
  [[0], 0, 0],
  [[0, 10, 20], 20, 0],
  [[0, 10, 20, 30], 30, 59_970],
  [[0, 30_000, 59_000, 60_000], 60_000, 0],
  [[0, 30_000, 59_000, 59_999], 59_999, 1],
])('after deaths at %j, now %i: waits %i ms', (deaths, nowMs, delayMs) => {
  expect(restartDelayMs(deaths, nowMs)).toBe(delayMs);
});
