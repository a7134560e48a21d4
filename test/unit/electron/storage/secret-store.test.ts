import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SafeStorage, SecretStore } from '#electron/storage/secret-store.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FaultyFiles } from './faulty-files.ts';

/** A key store of our own: real encryption, with a key that can be lost. */
class TestKeyStore implements SafeStorage {
  available = true;
  backend = 'gnome_libsecret';
  locked = false;
  #key = randomBytes(32);

  loseKey(): void {
    this.#key = randomBytes(32);
  }

  isEncryptionAvailable(): boolean {
    return this.available;
  }

  getSelectedStorageBackend(): string {
    return this.backend;
  }

  encryptString(plainText: string): Uint8Array {
    if (this.locked) throw new Error('locked');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const body = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  decryptString(encrypted: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, encrypted.subarray(0, 12));
    decipher.setAuthTag(encrypted.subarray(12, 28));
    return Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]).toString('utf8');
  }
}

const password = 'gehe!m Pässword';
describe('SecretStore', () => {
  let folder: TempFolder;
  let keyStore: TestKeyStore;
  let files: FaultyFiles;
  beforeEach(() => {
    folder = new TempFolder('secrets');
    keyStore = new TestKeyStore();
    files = new FaultyFiles();
  });
  afterEach(() => folder.dispose());

  async function openStore() {
    const store = new SecretStore({
      path: folder.file('secrets.json'),
      clock: new VirtualClock(0),
      logger: silentLogger,
      safeStorage: keyStore,
      files,
    });
    const problems: string[] = [];
    store.onProblem(({ code, details }) => problems.push(`${code} ${String(details['reason'])}`));
    const loadProblem = await store.load();
    return { store, problems, loadProblem };
  }

  /** Whether any file below the folder holds the password in a form that needs no key. */
  function passwordOnDisk(): boolean {
    const forms = [
      Buffer.from(password),
      Buffer.from(Buffer.from(password).toString('base64')),
      Buffer.from(password, 'utf16le'),
      Buffer.from(JSON.stringify(password).slice(1, -1)),
    ];
    return readdirSync(folder.path).some((name) => forms.some((form) => readFileSync(folder.file(name)).includes(form)));
  }

  it('keeps a secret encrypted over a restart', async () => {
    const { store, problems } = await openStore();
    expect(store.get('account')).toBeUndefined();
    expect(store.set('account', password)).toBe('kept');
    expect(store.get('account')).toBe(password);
    await store.flush();
    store.dispose();
    expect(passwordOnDisk()).toBe(false);
    const next = await openStore();
    expect(next.store.get('account')).toBe(password);
    expect([...problems, ...next.problems]).toEqual([]);
  });

  it.each([
    ['no key store', () => (keyStore.available = false)],
    ['the key that everybody knows', () => (keyStore.backend = 'basic_text')],
    ['a key store that refuses', () => (keyStore.locked = true)],
  ])('keeps a secret for the session only with %s, and says so', async (_what, arrange) => {
    arrange();
    const { store, problems } = await openStore();
    expect(store.set('account', password)).toBe('session-only');
    expect(store.get('account')).toBe(password);
    await store.flush();
    expect(problems).toEqual(['password-not-kept no-key-store']);
    expect(readdirSync(folder.path)).toEqual([]);
    store.dispose();
    expect((await openStore()).store.get('account')).toBeUndefined();
  });

  it('forgets the stored older value when the new one cannot be stored', async () => {
    const { store } = await openStore();
    store.set('account', 'old');
    await store.flush();
    keyStore.available = false;
    store.set('account', password);
    await store.flush();
    keyStore.available = true;
    expect((await openStore()).store.get('account')).toBeUndefined();
  });

  it('forgets a secret in the copy of the file, too', async () => {
    const { store } = await openStore();
    store.set('a', password);
    store.set('b', 'other');
    await store.flush();
    store.remove('a');
    store.remove('never-there');
    await store.flush();
    for (const name of ['secrets.json', 'secrets.json.bak']) {
      const content: unknown = JSON.parse(readFileSync(folder.file(name), 'utf8'));
      expect(content).toEqual({ version: 1, secrets: { b: expect.any(String) as unknown } });
    }
    expect([store.get('a'), store.get('b')]).toEqual([undefined, 'other']);
  });

  it('takes a secret of a lost key for absent, tells once, and takes a new one', async () => {
    const { store } = await openStore();
    store.set('account', password);
    await store.flush();
    keyStore.loseKey();
    const next = await openStore();
    expect([next.store.get('account'), next.store.get('account')]).toEqual([undefined, undefined]);
    expect(next.problems).toEqual(['password-not-kept other-key']);
    expect(next.store.set('account', 'new')).toBe('kept');
    expect(next.store.get('account')).toBe('new');
  });

  it('sets a damaged file aside and starts empty', async () => {
    writeFileSync(folder.file('secrets.json'), '{"version":1,"secrets":{"account":"not base64!"}}');
    const { store, loadProblem } = await openStore();
    expect(loadProblem).toMatchObject({ code: 'settings-damaged', details: { file: 'secrets.json' } });
    expect(store.get('account')).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual(['secrets.json.damaged-1970-01-01T00-00-00.000Z']);
  });

  it('does not say "kept" where the file may not be written', async () => {
    writeFileSync(folder.file('secrets.json'), '{"version":2}');
    const { store, problems } = await openStore();
    expect(store.set('account', password)).toBe('session-only');
    expect(problems).toEqual(['password-not-kept file-unwritable']);
  });

  it('tells of a full disk and still knows the secret', async () => {
    const { store, problems } = await openStore();
    files.fail('write', 'ENOSPC');
    store.set('account', password);
    await store.flush();
    expect(problems).toEqual(['disk-full ENOSPC']);
    expect(store.get('account')).toBe(password);
  });

  it('knows no keys that objects have by nature', async () => {
    const { store } = await openStore();
    expect([store.get('constructor'), store.get('__proto__')]).toEqual([undefined, undefined]);
  });

  it('forgets what was kept for the session when it ends', async () => {
    keyStore.available = false;
    const { store } = await openStore();
    store.set('account', password);
    store.dispose();
    expect(store.get('account')).toBeUndefined();
  });
});
