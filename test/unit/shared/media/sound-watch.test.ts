import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaStats } from '#shared/media/media.ts';
import {
  nothingHeard,
  pauseMs,
  silenceMs,
  type SoundExpectation,
  type SoundVerdict,
  type SoundWatch,
  watchSound,
} from '#shared/media/sound-watch.ts';

const quiet: MediaStats = {
  codec: 'PCMU',
  clockRate: 8_000,
  pair: null,
  roundTripMs: null,
  jitterMs: null,
  lossShare: null,
  packetsReceived: 0,
  packetsSent: 0,
  reportsReceived: 0,
  connected: true,
  pathAnswers: true,
  mayPause: false,
  localAddress: null,
  inboundLevel: null,
  outboundLevel: null,
};
const talking: SoundExpectation = { talking: true, sends: true, closely: false, repair: null };

/** A call of which a reading is taken each `everyMs`. */
class Listener {
  watch: SoundWatch = nothingHeard;
  nowMs = 0;
  received = 0;
  sent = 0;
  reports = 0;
  readonly alarms: { readonly at: number; readonly alarm: string }[] = [];

  read(
    change: { packets?: number; sent?: number; reports?: number; stats?: Partial<MediaStats>; expected?: Partial<SoundExpectation> } = {},
  ) {
    this.nowMs += 1_000;
    this.received += change.packets ?? 0;
    this.sent += change.sent ?? 50;
    this.reports += change.reports ?? 0;
    const counts = { packetsReceived: this.received, packetsSent: this.sent, reportsReceived: this.reports };
    const verdict = watchSound(this.watch, { ...quiet, ...counts, ...change.stats }, { ...talking, ...change.expected }, this.nowMs);
    this.watch = verdict.watch;
    if (verdict.alarm !== null) this.alarms.push({ at: this.nowMs, alarm: verdict.alarm });
    return verdict;
  }

  talk(seconds = 5): void {
    for (let second = 0; second < seconds; second += 1) this.read({ packets: 50 });
  }

  /** Reads until something is wrong. @returns after how many ms without a packet */
  silence(change: Parameters<Listener['read']>[0] = {}): { ms: number; alarm: SoundVerdict['alarm'] } {
    const from = this.nowMs;
    for (let second = 0; second < 60; second += 1) {
      const { alarm } = this.read(change);
      if (alarm !== null) return { ms: this.nowMs - from, alarm };
    }
    return { ms: Infinity, alarm: null };
  }
}

describe('silence', () => {
  it('is told after three seconds, once', () => {
    const call = new Listener();
    call.talk();
    expect(call.silence()).toEqual({ ms: silenceMs, alarm: 'fell-silent' });
    expect(call.silence({ stats: {} }).ms).toBe(pauseMs);
  });

  it('is a lost path where no check is answered any more, and told sooner where ICE doubts it too', () => {
    const call = new Listener();
    call.talk();
    expect(call.silence({ stats: { pathAnswers: false } })).toEqual({ ms: silenceMs, alarm: 'path-lost' });
    const doubtful = new Listener();
    doubtful.talk();
    expect(doubtful.silence({ stats: { pathAnswers: false, connected: false } })).toEqual({ ms: 2_000, alarm: 'path-lost' });
  });

  it('is told after one second just after a change of network', () => {
    const call = new Listener();
    call.talk();
    expect(call.silence({ stats: { pathAnswers: false }, expected: { closely: true } })).toEqual({ ms: 1_000, alarm: 'path-lost' });
  });

  it('of one who was never heard is told when the path has stood for three seconds', () => {
    const call = new Listener();
    for (let second = 0; second < 20; second += 1) call.read({ stats: { connected: false, pathAnswers: false } });
    expect(call.alarms).toEqual([]);
    call.read();
    expect(call.silence()).toEqual({ ms: silenceMs, alarm: 'never-heard' });
  });

  it.each<[string, Partial<SoundExpectation>, Partial<MediaStats>]>([
    ['while somebody holds the call', { talking: false }, {}],
    ['while a repair is under way', { repair: { cause: 'path-lost', negotiated: false, isLocal: false } }, {}],
  ])('is none %s', (_name, expected, stats) => {
    const call = new Listener();
    call.talk();
    expect(call.silence({ expected, stats }).alarm).toBeNull();
  });

  it('begins when the hold ends, not before', () => {
    const call = new Listener();
    call.talk();
    for (let second = 0; second < 60; second += 1) call.read({ expected: { talking: false } });
    call.read();
    expect(call.silence()).toEqual({ ms: silenceMs, alarm: 'fell-silent' });
  });

  it('is none while a packet comes now and then, as of Opus that is not spoken into', () => {
    const call = new Listener();
    for (let second = 0; second < 60; second += 1) call.read({ packets: 2 });
    expect(call.alarms).toEqual([]);
  });

  it('of a far end that announced comfort noise is one only when its reports stop too', () => {
    const call = new Listener();
    const stats = { mayPause: true };
    for (let second = 0; second < 5; second += 1) call.read({ packets: 50, stats });
    for (let second = 0; second < 60; second += 1) call.read({ stats, reports: second % 5 === 0 ? 1 : 0 });
    expect(call.alarms).toEqual([]);
    expect(call.silence({ stats }).alarm).toBe('fell-silent');
  });

  it('of a far end that comes back by itself is believed later from then on', () => {
    const call = new Listener();
    call.talk();
    call.silence();
    const repair = { cause: 'fell-silent', negotiated: false, isLocal: true } as const;
    call.read({ expected: { repair } });
    expect(call.read({ packets: 50, expected: { repair } }).proved).toBe(true);
    call.talk();
    expect(call.silence()).toEqual({ ms: 10_000, alarm: 'fell-silent' });
    call.talk();
    expect(call.silence({ stats: { pathAnswers: false } })).toEqual({ ms: silenceMs, alarm: 'path-lost' });
  });

  it('is repaired less and less often when nothing helps, and at once again when something has', () => {
    const call = new Listener();
    call.talk();
    for (let second = 0; second < 600; second += 1) call.read();
    const times = call.alarms.map(({ at }) => at);
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
    call.talk(1);
    expect(call.silence().ms).toBe(silenceMs);
  });
});

describe('not being heard', () => {
  it('is told when nothing has left for three seconds', () => {
    const call = new Listener();
    call.talk();
    expect(call.silence({ packets: 50, sent: 0 })).toEqual({ ms: silenceMs, alarm: 'not-sending' });
    expect(call.silence({ packets: 50, sent: 0 }).ms).toBe(pauseMs);
  });

  it.each<[string, Partial<SoundExpectation>]>([
    ['without a microphone', { sends: false }],
    ['on hold', { talking: false }],
  ])('is no surprise %s', (_name, expected) => {
    const call = new Listener();
    call.talk();
    expect(call.silence({ packets: 50, sent: 0, expected }).alarm).toBeNull();
  });
});

describe('sound is proved to be back', () => {
  const negotiated = { repair: { cause: 'network-changed', negotiated: true, isLocal: false } } as const;
  const before = { repair: { cause: 'network-changed', negotiated: false, isLocal: false } } as const;
  const lost = (): Listener => {
    const call = new Listener();
    call.talk();
    return call;
  };

  it('by packets, not by what ICE says of itself', () => {
    const call = lost();
    for (let second = 0; second < 10; second += 1) expect(call.read({ expected: negotiated }).proved).toBe(false);
    expect(call.read({ packets: 5, expected: negotiated }).proved).toBe(true);
  });

  it('by few packets in two readings, because one may be a straggler', () => {
    const call = lost();
    call.read({ expected: negotiated });
    expect(call.read({ packets: 1, expected: negotiated }).proved).toBe(false);
    expect(call.read({ packets: 0, expected: negotiated }).proved).toBe(false);
    expect(call.read({ packets: 2, expected: negotiated }).proved).toBe(true);
  });

  it('not by what had come before the path died', () => {
    expect(lost().read({ packets: 30, expected: before }).proved).toBe(false);
  });

  it('not while no check of ours is answered: then the far end does not hear us', () => {
    const call = lost();
    const deaf = { stats: { pathAnswers: false }, expected: negotiated };
    call.read(deaf);
    for (let second = 0; second < 10; second += 1) expect(call.read({ packets: 50, ...deaf }).proved).toBe(false);
    expect(call.read({ packets: 50, expected: negotiated }).proved).toBe(true);
  });

  it('by a check that was answered before the first reading, where the restart was as fast as that', () => {
    const call = lost();
    call.read({ packets: 10, expected: negotiated });
    expect(call.read({ packets: 50, expected: negotiated, stats: { pathAnswers: false } }).proved).toBe(true);
    const early = lost();
    early.read({ packets: 10, expected: before });
    expect(early.read({ packets: 50, expected: before, stats: { pathAnswers: false } }).proved).toBe(false);
  });

  it('without such a check where the far end was silent on a path that stands', () => {
    const call = lost();
    const silent = {
      stats: { pathAnswers: false },
      expected: { repair: { cause: 'fell-silent', negotiated: true, isLocal: false } },
    } as const;
    call.read(silent);
    expect(call.read({ packets: 50, ...silent }).proved).toBe(true);
  });

  it('not while ICE or DTLS are down', () => {
    const call = lost();
    call.read({ expected: negotiated });
    expect(call.read({ packets: 50, expected: negotiated, stats: { connected: false } }).proved).toBe(false);
  });

  it('by the old path, too, when that comes back by itself', () => {
    const call = lost();
    call.read({ expected: before });
    expect(call.read({ packets: 50, expected: before }).proved).toBe(true);
  });

  it('on another peer connection, whose counters begin anew', () => {
    const call = lost();
    call.read({ expected: negotiated });
    call.received = 0;
    call.sent = 0;
    expect(call.read({ packets: 20, expected: negotiated }).proved).toBe(true);
  });

  it.each<[string, Partial<SoundExpectation>, Partial<MediaStats>]>([
    ['a call on hold', { talking: false }, {}],
    ['a far end that leaves pauses', {}, { mayPause: true }],
  ])('of %s by an answered check, once the repair is negotiated', (_name, expected, stats) => {
    const call = lost();
    call.read({ expected: { ...before, ...expected }, stats });
    expect(call.read({ expected: { ...before, ...expected }, stats }).proved).toBe(false);
    expect(call.read({ expected: { ...negotiated, ...expected }, stats: { ...stats, pathAnswers: false } }).proved).toBe(false);
    expect(call.read({ expected: { ...negotiated, ...expected }, stats }).proved).toBe(true);
  });

  it('of a far end that had sent nothing for long before by an answered check as well', () => {
    const call = lost();
    for (let second = 0; second < 25; second += 1) call.read({ expected: { closely: false } });
    call.read({ expected: negotiated });
    expect(call.read({ expected: negotiated }).proved).toBe(true);
  });

  it('of one that was heard lately by packets alone, however long the gap was', () => {
    const call = lost();
    for (let second = 0; second < 300; second += 1) call.read({ expected: before, stats: { pathAnswers: false } });
    expect(call.read({ expected: negotiated }).proved).toBe(false);
  });
});

it('proves by what leaves that we send again, and by nothing that comes', () => {
  const call = new Listener();
  call.talk();
  const repair = { cause: 'not-sending', negotiated: false, isLocal: true } as const;
  for (let second = 0; second < 3; second += 1) expect(call.read({ packets: 50, sent: 0, expected: { repair } }).proved).toBe(false);
  expect(call.read({ packets: 50, sent: 1, expected: { repair } }).proved).toBe(true);
  expect(call.watch.leavesPauses).toBe(false);
});

it('never raises an alarm while packets come, nor proves anything without a repair', () => {
  const reading = fc.record({ packets: fc.integer({ min: 1, max: 60 }), sent: fc.integer({ min: 1, max: 60 }), answers: fc.boolean() });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      const call = new Listener();
      for (const { packets, sent, answers } of readings) {
        const { alarm, proved } = call.read({ packets, sent, stats: { pathAnswers: answers } });
        expect([alarm, proved]).toEqual([null, false]);
      }
    }),
  );
});
