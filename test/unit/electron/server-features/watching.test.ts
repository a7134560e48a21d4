import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineWatches, mostWatches } from '#electron/server-features/line-watches.ts';
import { ParkedCalls } from '#electron/server-features/parked-calls.ts';
import type { Party } from '#shared/calls/call.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import type { ParkedCall } from '#shared/state/app-state.ts';
import { FakeLine } from '#test/support/calls/fake-line.ts';
import { MemorySettings } from '#test/support/memory-settings.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const anna: Party = { displayName: 'Anna', number: '203', uri: 'sip:203@vm' };
const dialog = (part: Partial<DialogState> = {}): DialogState => ({
  id: 'd',
  state: 'confirmed',
  direction: 'recipient',
  remote: null,
  dialog: null,
  ...part,
});

describe("colleagues' lines", () => {
  let line: FakeLine;
  let watches: LineWatches;
  let changes: number;
  beforeEach(() => {
    line = new FakeLine();
    watches = new LineWatches({ dialling: () => ({ ...defaultSettings.dialling, country: 'DE', internalLength: 3 }) });
    changes = 0;
    watches.onChanged(() => (changes += 1));
    watches.start();
  });

  const activities = () => watches.lines.map(({ number, activity }) => `${number} ${activity}`);

  it('are watched on the line that is there, extensions only', () => {
    watches.setNumbers(['202', '20 3', '+49 89 123456', 'Anna']);
    expect([line.watched, activities()]).toEqual([[], ['202 unknown', '20 3 unknown']]);
    watches.setLine(line);
    expect(line.watched).toEqual(['202', '203']);
    line.tellWatch({ target: '202', status: 'active', dialogs: [] });
    line.tellWatch({ target: '203', status: 'active', dialogs: [dialog({ state: 'early', remote: anna })] });
    expect(watches.lines).toEqual([
      { number: '202', activity: 'idle', remote: null },
      { number: '20 3', activity: 'ringing', remote: anna },
    ]);
    line.tellWatch({ target: '202', status: 'refused', dialogs: [] });
    expect(activities()[0]).toBe('202 unknown');
    const before = changes;
    line.tellWatch({ target: '999', status: 'active', dialogs: [] });
    expect(changes).toBe(before);
  });

  it('go with their line and with the people', () => {
    watches.setLine(line);
    watches.setNumbers(['202', '203']);
    line.tellWatch({ target: '202', status: 'active', dialogs: [dialog()] });
    watches.setNumbers(['202']);
    expect([line.watched, activities()]).toEqual([['202'], ['202 busy']]);
    const next = new FakeLine();
    watches.setLine(next);
    expect([line.watched, line.listenerCount, next.watched, activities()]).toEqual([[], 0, ['202'], ['202 unknown']]);
    watches.setLine(null);
    expect([next.watched, next.listenerCount]).toEqual([[], 0]);
    watches.setLine(line);
    watches.dispose();
    expect([line.watched, line.listenerCount]).toEqual([[], 0]);
  });

  it('can be picked up where a dialog rings', () => {
    watches.setLine(line);
    watches.setNumbers(['202']);
    const ringing = dialog({ state: 'early', dialog: { callId: 'c', localTag: 'l', remoteTag: 'r' } });
    line.tellWatch({ target: '202', status: 'active', dialogs: [dialog({ id: 'other' }), ringing] });
    expect([watches.dialogOf('202'), watches.dialogOf('203')]).toEqual([ringing, null]);
    line.tellWatch({ target: '202', status: 'active', dialogs: [dialog()] });
    expect(watches.dialogOf('202')).toBeNull();
  });

  it('are not more than a server bears', () => {
    watches.setLine(line);
    watches.setNumbers(Array.from({ length: 500 }, (_, index) => String(index)));
    expect(line.watched).toHaveLength(mostWatches);
  });
});

describe('parked calls', () => {
  let line: FakeLine;
  let clock: VirtualClock;
  let settings: MemorySettings;
  let parked: ParkedCalls;
  let told: (readonly ParkedCall[])[];
  beforeEach(() => {
    line = new FakeLine();
    clock = new VirtualClock();
    settings = new MemorySettings();
    settings.update({ serverFeatures: { parkSlots: '701-703' } });
    parked = new ParkedCalls({ settings, clock });
    told = [];
    parked.onChanged((calls) => told.push(calls));
    parked.start();
    parked.setLine(line);
  });

  afterEach(() => {
    parked.dispose();
    expect([line.watched, line.listenerCount, settings.listenerCount]).toEqual([[], 0, 0]);
  });

  const tell = (target: string, ...dialogs: DialogState[]) => line.tellWatch({ target, status: 'active', dialogs });

  it('are those in the places of the settings', () => {
    expect(line.watched).toEqual(['701', '702', '703']);
    tell('701');
    expect(told).toEqual([]);
    tell('702', dialog({ remote: anna }));
    const since = clock.wallMs();
    expect(parked.calls).toEqual([{ slot: '702', party: anna, since, mine: false }]);
    clock.advance(5_000);
    tell('702', dialog({ remote: { ...anna, number: '702' } }));
    expect(parked.calls).toEqual([{ slot: '702', party: null, since, mine: false }]);
    tell('702');
    expect([parked.calls, told.at(-1)]).toEqual([[], []]);
  });

  it('follow the settings', () => {
    tell('702', dialog());
    settings.update({ serverFeatures: { parkSlots: '703-704' } });
    expect([line.watched, parked.calls]).toEqual([['703', '704'], []]);
    const before = told.length;
    settings.update({ serverFeatures: { parkSlots: '703 - 704' } });
    expect(told.length).toBe(before);
  });

  it.each([null, '702'])('are ours when we parked somebody just before or after (place %s)', (slot) => {
    parked.noteParked(anna, slot);
    tell('702', dialog());
    expect(parked.calls).toMatchObject([{ slot: '702', party: anna, mine: true }]);
    tell('703', dialog());
    expect(parked.calls.map(({ mine }) => mine)).toEqual([true, false]);
    parked.noteParked({ ...anna, displayName: 'Ben' }, slot === null ? null : '703');
    expect(parked.calls.map(({ mine, party }) => [mine, party?.displayName])).toEqual([
      [true, 'Anna'],
      [true, 'Ben'],
    ]);
  });

  it('are not ours when they came long after, or to another place', () => {
    parked.noteParked(anna, '701');
    tell('702', dialog());
    clock.advance(60_000);
    tell('701', dialog());
    parked.noteParked(anna, '702');
    expect(parked.calls.map(({ mine }) => mine)).toEqual([false, false]);
  });

  it('stay while the line is away, and go with it', () => {
    parked.noteParked(anna, null);
    tell('702', dialog());
    line.tellWatch({ target: '702', status: 'pending', dialogs: [] });
    expect(parked.calls).toMatchObject([{ mine: true, party: anna }]);
    line.tellWatch({ target: '702', status: 'refused', dialogs: [] });
    expect(parked.calls).toEqual([]);
    tell('702', dialog());
    parked.setLine(null);
    expect([parked.calls, line.watched, line.listenerCount]).toEqual([[], [], 0]);
  });
});
