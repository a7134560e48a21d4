import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeaderValues } from '#shared/sip/identity.ts';
import {
  acceptedSessionTimer,
  answerSessionTimer,
  expiresAfterMs,
  isTooBrief,
  raisedMinSe,
  refreshAfterMs,
  sessionTimerHeaders,
} from '#shared/sip/session-expires.ts';

function headers(lines: Readonly<Record<string, string>>): HeaderValues {
  return (name) => Object.entries(lines).flatMap(([key, value]) => (key.toLowerCase() === name.toLowerCase() ? [value] : []));
}

describe('a request with Session-Expires', () => {
  it.each([
    [{}, false],
    [{ 'Session-Expires': '90', Supported: 'timer' }, false],
    [{ 'Session-Expires': '89', Supported: 'replaces, Timer' }, true],
    [{ 'Session-Expires': '89;refresher=uac' }, false],
    [{ 'Session-Expires': 'soon', Supported: 'timer' }, false],
  ])('%j is too brief: %s', (lines, brief) => {
    expect(isTooBrief(headers(lines))).toBe(brief);
  });

  it.each([
    ['none', {}, null, []],
    [
      'a caller who can refresh',
      { 'Session-Expires': '120', Supported: 'timer' },
      { seconds: 120, weRefresh: false },
      ['Require: timer', 'Session-Expires: 120;refresher=uac'],
    ],
    [
      'a caller who wants us to',
      { 'Session-Expires': '120;refresher=uas', Supported: 'timer' },
      { seconds: 120, weRefresh: true },
      ['Require: timer', 'Session-Expires: 120;refresher=uas'],
    ],
    [
      'a proxy, for a caller who knows no timers',
      { 'Session-Expires': '120;refresher=uac' },
      { seconds: 120, weRefresh: true },
      ['Session-Expires: 120;refresher=uas'],
    ],
    ['a proxy that breaks the rules', { 'Session-Expires': '20' }, null, []],
    [
      'somebody who asks for a year',
      { 'Session-Expires': '31536000', Supported: 'timer' },
      { seconds: 86_400, weRefresh: false },
      ['Require: timer', 'Session-Expires: 86400;refresher=uac'],
    ],
    [
      'and allows nothing else',
      { 'Session-Expires': '90000', 'Min-SE': '90000', Supported: 'timer' },
      { seconds: 90_000, weRefresh: false },
      ['Require: timer', 'Session-Expires: 90000;refresher=uac'],
    ],
  ])('from %s', (_who, lines, interval, answer) => {
    expect(answerSessionTimer(headers(lines))).toEqual({ interval, headers: answer });
  });
});

describe('a 2xx', () => {
  it.each([
    [{}, null],
    [{ 'Session-Expires': '0' }, null],
    [{ 'Session-Expires': '1800;refresher=uas' }, { seconds: 1800, weRefresh: false }],
    [{ 'Session-Expires': '1800 ; refresher=UAC' }, { seconds: 1800, weRefresh: true }],
    [{ 'Session-Expires': '1800' }, { seconds: 1800, weRefresh: true }],
  ])('%j', (lines, interval) => {
    expect(acceptedSessionTimer(headers(lines))).toEqual(interval);
  });
});

describe('a request of ours', () => {
  it.each([
    [undefined, 0, ['Session-Expires: 1800']],
    [undefined, 3600, ['Session-Expires: 3600', 'Min-SE: 3600']],
    [null, 3600, []],
    [{ seconds: 90, weRefresh: true }, 0, ['Session-Expires: 90;refresher=uac']],
    [{ seconds: 90, weRefresh: false }, 0, ['Session-Expires: 90;refresher=uas']],
  ])('%j after a demand for %d', (interval, minSe, lines) => {
    expect(sessionTimerHeaders(interval, minSe)).toEqual(lines);
  });

  it.each([
    ['600', 0, 600],
    ['600', 600, undefined],
    ['90000', 0, undefined],
    ['much', 0, undefined],
  ])('is repeated after a 422 with Min-SE %s', (value, former, raised) => {
    expect(raisedMinSe(headers({ 'Min-SE': value }), former)).toBe(raised);
  });
});

describe('the times', () => {
  it.each([
    [90, true, 45_000, 90_000],
    [90, false, 45_000, 60_000],
    [1800, true, 900_000, 1_800_000],
    [1800, false, 900_000, 1_768_000],
    [1, true, 10_000, 90_000],
    [1, false, 10_000, 60_000],
  ])('of %d seconds, refreshed by us: %s', (seconds, weRefresh, refresh, expire) => {
    expect(refreshAfterMs({ seconds, weRefresh })).toBe(refresh);
    expect(expiresAfterMs({ seconds, weRefresh })).toBe(expire);
  });

  it('leave room for a refresh that is answered late', () => {
    fc.assert(
      fc.property(fc.integer({ min: 90, max: 86_400 }), fc.boolean(), (seconds, weRefresh) => {
        const interval = { seconds, weRefresh };
        expect(expiresAfterMs(interval) - refreshAfterMs(interval)).toBeGreaterThanOrEqual(15_000);
        expect(expiresAfterMs(interval)).toBeLessThanOrEqual(seconds * 1000);
      }),
    );
  });
});
