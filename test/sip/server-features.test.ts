import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { AvailabilityService } from '#electron/server-features/availability-service.ts';
import { Callbacks } from '#electron/server-features/callbacks.ts';
import { FeatureDialer } from '#electron/server-features/feature-dialer.ts';
import { LineWatches } from '#electron/server-features/line-watches.ts';
import { MessageBox } from '#electron/server-features/message-box.ts';
import { ParkedCalls } from '#electron/server-features/parked-calls.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import type { Event } from '#shared/util/emitter.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { type Asterisk, startAsterisk } from '#test/support/lab/asterisk.ts';
import { MemorySettings } from '#test/support/memory-settings.ts';
import { asteriskPhone, type TestPhone } from '#test/support/sip/test-phone.ts';

let asterisk: Asterisk;
let ann: TestPhone;
let bob: TestPhone;
let settings: MemorySettings;
let dialer: FeatureDialer;
const clock = new SystemClock();
const newId = (): string => crypto.randomUUID();
/** The call of the code that was dialled last. */
let lastCode = '';

beforeAll(async () => {
  asterisk = await startAsterisk();
  ann = asteriskPhone(asterisk, '201', 600);
  bob = asteriskPhone(asterisk, '202', 800);
  await Promise.all([ann.signIn(), bob.signIn()]);
  settings = new MemorySettings();
  settings.update({ serverFeatures: { ...featureCodePresets.asterisk, preset: 'asterisk' } });
  dialer = new FeatureDialer({
    codes: () => settings.get().serverFeatures.codes,
    newCallId: () => (lastCode = newId()),
    clock,
    logger: silentLogger,
  });
  dialer.setLine(ann.line);
});

afterAll(async () => {
  dialer?.dispose();
  await Promise.all([ann?.dispose(), bob?.dispose()]);
  await asterisk?.dispose();
});

afterEach(() => {
  for (const phone of [ann, bob]) {
    for (const call of new Set(phone.events.map((event) => event.call))) phone.line.hangUp(call);
  }
});

/** Resolves when what a service tells is as wanted. */
async function until<T>(now: () => T, changed: Event<unknown>, wanted: (value: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!wanted(now())) return;
      clearTimeout(timeout);
      subscription.dispose();
      resolve(now());
    };
    const subscription = changed(look);
    const timeout = setTimeout(() => reject(new Error(`waited 10 s in vain; it says ${JSON.stringify(now())}`)), 10_000);
    look();
  });
}

/** Ann calls Bob, who answers. */
async function connect(): Promise<{ mine: string; theirs: string }> {
  const mine = ann.dial('202');
  const { call: theirs } = await bob.ringing();
  bob.line.sendRinging(theirs);
  await ann.expect(mine, 'ringing');
  bob.line.accept(theirs);
  await Promise.all([ann.expect(mine, 'established'), bob.expect(theirs, 'established')]);
  // Asterisk refuses to transfer a call that it has not joined yet
  await Promise.all([ann.media.hear(mine, bob.toneHz), bob.media.hear(theirs, ann.toneHz)]);
  return { mine, theirs };
}

describe('rules that the server keeps', () => {
  it('are set and taken back by code', async () => {
    const availability = new AvailabilityService({ settings, dialer });
    availability.start();
    try {
      await availability.update({ doNotDisturb: true, always: { on: true, target: '203' } });
      expect(availability.state).toEqual({ pending: false, error: null });
      expect(await asterisk.cli('database get dnd 201')).toContain('Value: 1');
      expect(await asterisk.cli('database get cfa 201')).toContain('Value: 203');
      await availability.update({ doNotDisturb: false, always: { on: false, target: '203' } });
      expect(await asterisk.cli('database get dnd 201')).toContain('not found');
      expect(await asterisk.cli('database get cfa 201')).toContain('not found');
    } finally {
      availability.dispose();
    }
  });

  it('are put back when the server refuses the code', async () => {
    const { codes } = settings.get().serverFeatures;
    settings.update({ serverFeatures: { codes: { ...codes, 'forward-busy-on': '*6404' } } });
    const availability = new AvailabilityService({ settings, dialer });
    try {
      await availability.update({ busy: { on: true, target: '203' } });
      expect(availability.state.error).toMatchObject({ code: 'feature-refused', details: { code: '*6404', status: 404 } });
      expect(settings.get().availability.busy).toEqual({ on: false, target: '' });
    } finally {
      availability.dispose();
      settings.update({ serverFeatures: { codes } });
    }
  });

  it('leave no call and no media behind', async () => {
    await dialer.dial('do-not-disturb-off');
    await ann.expect(lastCode, 'terminated');
    await new Promise((resolve) => setImmediate(resolve));
    expect([ann.line.liveCalls, ann.media.size]).toEqual([0, 0]);
  });
});

describe('what the server tells', () => {
  it("shows a colleague's line ringing, talking and free again", async () => {
    const watches = new LineWatches({ dialling: () => settings.get().dialling });
    watches.start();
    watches.setLine(ann.line);
    watches.setNumbers(['202', '399']);
    const activity = (): string => watches.lines[0]?.activity ?? '';
    const becomes = (wanted: string): Promise<string> => until(activity, watches.onChanged, (now) => now === wanted);
    try {
      await becomes('idle');
      const mine = ann.dial('202');
      const { call: theirs } = await bob.ringing();
      bob.line.sendRinging(theirs);
      await becomes('ringing');
      expect(watches.dialogOf('202')).toMatchObject({ state: 'early' });
      bob.line.accept(theirs);
      await becomes('busy');
      bob.line.hangUp(theirs);
      await becomes('idle');
      await ann.expect(mine, 'terminated');
      expect(watches.lines[1]?.activity).toBe('unknown');
    } finally {
      watches.dispose();
    }
  });

  it('shows who waits in a parking place, and that we put them there', async () => {
    const parked = new ParkedCalls({ settings, clock });
    parked.start();
    parked.setLine(ann.line);
    try {
      const { mine, theirs } = await connect();
      parked.noteParked({ displayName: 'Bob', number: '202', uri: 'sip:202@lab' }, null);
      ann.line.refer(mine, { kind: 'blind', target: '700' });
      await ann.expect(mine, 'transfer-succeeded');
      const [call] = await until(
        () => parked.calls,
        parked.onChanged,
        (calls) => calls.length === 1,
      );
      expect(call).toMatchObject({ slot: '701', mine: true, party: { displayName: 'Bob' } });
      bob.line.hangUp(theirs);
      await until(
        () => parked.calls,
        parked.onChanged,
        (calls) => calls.length === 0,
      );
    } finally {
      parked.dispose();
    }
  });

  it('says when somebody who talks is free', async () => {
    const callbacks = new Callbacks({ dialer, dialling: () => settings.get().dialling, newId, clock });
    callbacks.start();
    callbacks.setLine(ann.line);
    try {
      const { mine, theirs } = await connect();
      await callbacks.request('202', 'Bob');
      expect(callbacks.callbacks).toMatchObject([{ number: '202', by: 'watch', state: 'waiting' }]);
      bob.line.hangUp(theirs);
      await ann.expect(mine, 'terminated');
      await until(
        () => callbacks.callbacks[0]?.state,
        callbacks.onChanged,
        (state) => state === 'free',
      );
      await expect(callbacks.request('399', 'Nobody')).rejects.toMatchObject({ code: 'callback-impossible' });
    } finally {
      callbacks.dispose();
    }
  });
});

it('texts go from one to the other', async () => {
  const boxOf = (phone: TestPhone): MessageBox => {
    const box = new MessageBox({ dialling: () => settings.get().dialling, nameOf: () => undefined, newId, clock });
    box.setLine(phone.line);
    return box;
  };
  const [hers, his] = [boxOf(ann), boxOf(bob)];
  try {
    await hers.send('202', 'Ich rufe zurück');
    const [message] = await until(
      () => his.messages,
      his.onChanged,
      (messages) => messages.length > 0,
    );
    expect(message).toMatchObject({ text: 'Ich rufe zurück', from: { number: '201' } });
  } finally {
    hers.dispose();
    his.dispose();
  }
});
