import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsStore } from '#electron/storage/settings-store.ts';
import { defaultSettings, type Settings } from '#shared/settings/settings.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('SettingsStore', () => {
  let folder: TempFolder;
  beforeEach(() => (folder = new TempFolder('settings')));
  const stores: SettingsStore[] = [];
  afterEach(async () => {
    // a file that is still being written would come back after its folder has gone
    await Promise.all(stores.splice(0).map((store) => store.flush()));
    folder.dispose();
  });

  function newStore(): SettingsStore {
    const store = new SettingsStore({ path: folder.file('settings.json'), clock: new VirtualClock(0), logger: silentLogger });
    stores.push(store);
    return store;
  }

  it('starts from the defaults and keeps changes over a restart', async () => {
    const store = newStore();
    expect(await store.load()).toBeUndefined();
    expect(store.get()).toEqual(defaultSettings);
    const seen: Settings[] = [];
    store.onChanged((settings) => seen.push(settings));
    store.update({ audio: { ringVolume: 0.25 }, appearance: { theme: 'dark' }, instanceId: '01234567-89ab-cdef-0123-456789abcdef' });
    expect(seen).toEqual([store.get()]);
    await store.flush();
    store.dispose();
    const next = newStore();
    await next.load();
    expect(next.get()).toEqual({
      ...defaultSettings,
      instanceId: '01234567-89ab-cdef-0123-456789abcdef',
      audio: { ...defaultSettings.audio, ringVolume: 0.25 },
      appearance: { ...defaultSettings.appearance, theme: 'dark' },
    });
  });

  it('lays changes over every section', async () => {
    const store = newStore();
    await store.load();
    store.update({
      network: { echoNumber: '9196' },
      dialling: { country: 'DE' },
      serverFeatures: { parkSlots: '701-709' },
      availability: { doNotDisturb: true },
      calls: { callWaiting: false },
      recording: { offered: true },
    });
    expect(store.get()).toEqual({
      ...defaultSettings,
      network: { ...defaultSettings.network, echoNumber: '9196' },
      dialling: { ...defaultSettings.dialling, country: 'DE' },
      serverFeatures: { ...defaultSettings.serverFeatures, parkSlots: '701-709' },
      availability: { ...defaultSettings.availability, doNotDisturb: true },
      calls: { ...defaultSettings.calls, callWaiting: false },
      recording: { ...defaultSettings.recording, offered: true },
    });
  });

  it('brings settings of the first version to the newest, with what a person had chosen', async () => {
    const { dialling, serverFeatures, availability, calls, recording, ...rest } = defaultSettings;
    const first = { ...rest, version: 1, audio: { ...rest.audio, ringVolume: 0.5 }, appearance: { theme: 'dark', language: 'de' } };
    writeFileSync(folder.file('settings.json'), JSON.stringify(first));
    const store = newStore();
    expect(await store.load()).toBeUndefined();
    expect(store.get()).toMatchObject({ version: 3, dialling, serverFeatures, availability, calls, recording });
    expect([store.get().audio.ringVolume, store.get().appearance.theme]).toEqual([0.5, 'dark']);
    expect(readFileSync(folder.file('settings.json'), 'utf8')).toBe(JSON.stringify(first));
  });

  it('tells null from nothing said', async () => {
    const store = newStore();
    await store.load();
    const account = {
      id: 'a',
      kind: 'server',
      user: '1001',
      authUser: null,
      displayName: 'Anna',
      domain: null,
      servers: [{ host: 'pbx.example', port: 8089, transport: 'wss', path: '/ws', trust: { kind: 'system' } }],
      registerExpires: 600,
    } as const satisfies Settings['account'];
    store.update({ account: { ...account, servers: [...account.servers] } });
    store.update({ audio: { microphone: { id: 'm', label: 'Mic' }, speaker: undefined } });
    expect(store.get().account).toEqual(account);
    expect(store.get().audio.microphone?.id).toBe('m');
    store.update({ account: null, audio: { microphone: null } });
    expect([store.get().account, store.get().audio.microphone]).toEqual([null, null]);
  });

  it('is silent when nothing changed, and refuses what is not valid', async () => {
    const store = newStore();
    await store.load();
    store.onChanged(() => expect.unreachable());
    store.update({});
    store.update({ audio: { ringVolume: defaultSettings.audio.ringVolume } });
    expect(() => store.update({ audio: { ringVolume: 3 } })).toThrow(expect.objectContaining({ code: 'request-invalid' }));
    expect(store.get()).toEqual(defaultSettings);
  });

  it('reports a damaged file', async () => {
    writeFileSync(folder.file('settings.json'), 'garbage');
    expect(await newStore().load()).toMatchObject({ code: 'settings-damaged' });
    expect(readFileSync(folder.file('settings.json.damaged-1970-01-01T00-00-00.000Z'), 'utf8')).toBe('garbage');
  });
});
