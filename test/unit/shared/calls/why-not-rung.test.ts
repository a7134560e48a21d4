import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callOutcomes, type HistoryEntry, historyEntrySchema } from '#shared/calls/history-entry.ts';
import type { RingRecord } from '#shared/calls/ring-record.ts';
import { whyNotRung } from '#shared/calls/why-not-rung.ts';
import { ringRecord } from '#test/support/calls/ring-records.ts';

/** A call of Anna Weber that rang for 25 s and was missed, but for what is given. */
function missed(entry: Partial<HistoryEntry>, ring: Partial<RingRecord> | null = {}): HistoryEntry {
  return {
    ...{ id: 'a', accountId: 'account', direction: 'incoming', outcome: 'missed', name: 'Anna Weber', number: '201', via: '' },
    ...{ startedAt: 1_000, ringMs: 25_040, talkMs: 0, endedBy: 'remote', errorCode: null, dialled: '', party: '' },
    ...{ emergency: false, quality: null, recording: null, unseen: true, ring: ring === null ? null : ringRecord(ring) },
    ...entry,
  };
}

const rang = 'rang seconds=25 volume=80 ringer=Jabra Evolve2';
const away = { tone: 'none', toneAfterMs: null, ringer: null, card: 'not-needed' } as const;

describe('why it did not ring', () => {
  it.each([
    ['it did', {}, {}, [rang, 'card-shown']],
    ['it did, without the card', {}, { card: 'off' }, [rang, 'card-off']],
    ['it did, on the default', {}, { ringer: '' }, ['rang seconds=25 volume=80 ringer=', 'card-shown']],
    ['do not disturb', { outcome: 'not-disturbed', ringMs: 0 }, { ...away, doNotDisturb: true }, ['do-not-disturb']],
    ['a rule, at once', { outcome: 'forwarded', party: '202', ringMs: 5 }, away, ['sent-on party=202']],
    [
      'a rule, after a while',
      { outcome: 'forwarded', party: '202', ringMs: 20_000 },
      {},
      ['sent-on-after party=202 seconds=20', 'rang seconds=20 volume=80 ringer=Jabra Evolve2', 'card-shown'],
    ],
    [
      'taken elsewhere',
      { outcome: 'answered-elsewhere', party: 'Ben Carter', ringMs: 6_000 },
      {},
      ['taken-elsewhere party=Ben Carter', 'rang seconds=6 volume=80 ringer=Jabra Evolve2', 'card-shown'],
    ],
    [
      'taken elsewhere, and not to be heard here',
      { outcome: 'answered-elsewhere' },
      { volume: 0 },
      ['taken-elsewhere party=', 'muted', 'card-shown'],
    ],
    ['declined here', { outcome: 'declined', endedBy: 'local' }, {}, ['declined-here', rang, 'card-shown']],
    ['declined elsewhere', { outcome: 'declined', party: 'Ben' }, { card: 'off' }, ['declined-elsewhere party=Ben', rang, 'card-off']],
    ['the caller heard busy', { ringMs: 3 }, { ...away, callsBefore: 1 }, ['busy']],
    [
      'beside another call',
      {},
      { tone: 'call-waiting', volume: 0.5, callsBefore: 1 },
      ['call-waiting', 'rang seconds=25 volume=50 ringer=Jabra Evolve2', 'card-shown'],
    ],
    ['no ringer', {}, { ringer: null }, ['ringer-missing', 'card-shown']],
    [
      'another ringer',
      {},
      { ringer: 'Speakers', ringerReplaced: true },
      ['ringer-replaced ringer=Speakers', 'rang seconds=25 volume=80 ringer=Speakers', 'card-shown'],
    ],
    ['volume 0', {}, { volume: 0 }, ['muted', 'card-shown']],
    ['the sound part was starting', {}, { soundReady: false, toneAfterMs: null, ringer: null }, ['sound-starting', 'card-shown']],
    [
      'the sound part came late',
      {},
      { soundReady: false, toneAfterMs: 9_000 },
      ['tone-late seconds=9', 'rang seconds=16 volume=80 ringer=Jabra Evolve2', 'card-shown'],
    ],
    ['the sound part did not play', {}, { toneAfterMs: null, ringer: null }, ['sound-failed', 'card-shown']],
    ['the caller gave up soon', { ringMs: 2_100 }, {}, ['gave-up seconds=2', 'card-shown']],
    [
      'the caller gave up before anything played',
      { ringMs: 300 },
      { toneAfterMs: null, ringer: null },
      ['gave-up seconds=0', 'card-shown'],
    ],
    [
      'the caller gave up before it was taken by itself',
      { ringMs: 400 },
      { tone: 'none', toneAfterMs: null, ringer: null },
      ['gave-up seconds=0', 'card-shown'],
    ],
    ['Commute ended', { errorCode: 'app-ended', endedBy: 'local' }, {}, ['app-ended', rang, 'card-shown']],
    [
      'the connection broke',
      { errorCode: 'call-lost', endedBy: 'network', ringMs: 1_500 },
      {},
      ['connection-lost', 'rang seconds=1 volume=80 ringer=Jabra Evolve2', 'card-shown'],
    ],
    ['a call of before it was kept', {}, null, ['not-kept']],
    ['a call of before it was kept, taken elsewhere', { outcome: 'answered-elsewhere' }, null, ['taken-elsewhere party=']],
    ['a call of before it was kept, sent on', { outcome: 'forwarded', party: '202' }, null, ['sent-on party=202']],
    ['a call that was taken', { outcome: 'answered', talkMs: 9_000 }, {}, []],
    ['a call of our own', { direction: 'outgoing', outcome: 'cancelled' }, null, []],
  ] as const satisfies readonly (readonly [string, Partial<HistoryEntry>, Partial<RingRecord> | null, readonly string[]])[])(
    'says: %s',
    (_, entry, ring, expected) => {
      const order = ['party', 'seconds', 'volume', 'ringer'];
      const said = whyNotRung(missed(entry, ring)).map(({ kind, values }) =>
        [kind, ...order.flatMap((name) => (name in values ? [`${name}=${values[name]}`] : []))].join(' '),
      );
      expect(said).toEqual(expected);
    },
  );

  it('has an answer for every missed call, and no reason twice', () => {
    const ring = fc.record<RingRecord>({
      path: fc.constantFrom('office', 'vpn', 'internet', null),
      toneAfterMs: fc.option(fc.integer({ min: 0, max: 30_000 })),
      tone: fc.constantFrom('ring', 'call-waiting', 'none'),
      ringer: fc.constantFrom(null, '', 'Jabra'),
      ringerReplaced: fc.boolean(),
      volume: fc.constantFrom(0, 0.5, 1),
      soundReady: fc.boolean(),
      card: fc.constantFrom('shown', 'off', 'not-needed'),
      doNotDisturb: fc.boolean(),
      callsBefore: fc.integer({ min: 0, max: 3 }),
    });
    const entry = fc.record<Partial<HistoryEntry>>({
      outcome: fc.constantFrom(...callOutcomes),
      endedBy: fc.constantFrom('local', 'remote', 'network'),
      ringMs: fc.integer({ min: 0, max: 60_000 }),
      errorCode: fc.constantFrom(null, 'call-lost', 'app-ended'),
    });
    fc.assert(
      fc.property(entry, fc.option(ring), (part, record) => {
        const call = missed(part, record);
        expect(historyEntrySchema.safeParse(call).success).toBe(true);
        const kinds = whyNotRung(call).map(({ kind }) => kind);
        expect(new Set(kinds).size).toBe(kinds.length);
        if (call.outcome === 'missed') expect(kinds).not.toEqual([]);
      }),
    );
  });
});
