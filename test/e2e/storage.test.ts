import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureTestUser } from '../../build/setup/test-user.mjs';
import { defaultSettings, type Settings } from '#shared/settings/settings.ts';
import { ask, callIn, hear, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { logged } from '#test/support/app/log-reader.ts';
import { readNotice } from '#test/support/app/sentence.ts';
import { mountSmallDisk } from '#test/support/app/small-disk.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';

const limits = { timeout: 30_000 };
const everything = { filter: 'all', search: '', before: null, limit: 50 } as const;

async function profileWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await createTempFolder('storage');
  onTestFinished(() => folder.dispose());
  const { uid, gid } = await ensureTestUser();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), content, { mode: 0o600 });
    chownSync(join(folder.path, name), uid, gid);
  }
  return folder.path;
}

async function openSignedIn(profileFolder: string): Promise<OpenCommute> {
  const commute = await openCommute({ profileFolder, args: [`--practice-port=${await freePort()}`] });
  await commute.page.getByRole('button', { name: 'Practice office' }).click();
  await registered(commute.page);
  return commute;
}

/** Sees that the app is as good as new: settings are kept, calls are listed. */
async function callAndChange({ page }: OpenCommute): Promise<void> {
  await ask(page, 'settings.update', { appearance: { theme: 'dark' } });
  await waitForState(page, 'the setting is taken', ({ app }) => app.theme === 'dark');
  await dial(page, '83');
  await page.locator('.shell-list').getByText('Boris Busy').first().waitFor();
}

function settingsIn(folder: string): Settings {
  return JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as Settings;
}

describe('a settings file that is', () => {
  const own = { ...defaultSettings, instanceId: '11111111-2222-4333-8444-555555555555' };
  const text = JSON.stringify(own);
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ['cut off', text.slice(0, text.length / 2)],
    ['full of bytes', Uint8Array.from({ length: 4_000 }, (_none, index) => (index * 37) % 256)],
    ['of the wrong types', JSON.stringify({ ...own, audio: { ...own.audio, ringVolume: 'loud' }, account: 7 })],
  ];

  it.each(cases)('%s is set aside and told, and the app works on', limits, async (_name, content) => {
    const folder = await profileWith({ 'settings.json': content });
    const commute = await openSignedIn(folder);
    const { page } = commute;
    const { report, card } = await readNotice(page, 'settings-damaged');
    await logged(folder, /WARN .*code=settings-damaged\b/);
    const aside = readdirSync(folder).filter((name) => name.startsWith('settings.json.damaged-'));
    expect(aside).toHaveLength(1);
    expect(report.details['setAside']).toBe(join(folder, aside[0] ?? ''));
    expect(readFileSync(join(folder, aside[0] ?? ''))).toEqual(Buffer.from(content));
    await callAndChange(commute);
    await card.getByRole('button', { name: 'Dismiss' }).click();
    await waitForState(page, 'the notice is gone', ({ notices }) => notices.every(({ error }) => error.code !== 'settings-damaged'));
    await commute.dispose();
    expect(settingsIn(folder)).toMatchObject({ appearance: { theme: 'dark' }, account: { kind: 'practice-office' } });
  });

  it('of a newer Commute is read as far as possible and never written', limits, async () => {
    const newer = JSON.stringify({ ...own, version: 99, appearance: { theme: 'dark', language: 'en' }, hologram: true });
    const folder = await profileWith({ 'settings.json': newer });
    const commute = await openSignedIn(folder);
    const { page } = commute;
    await readNotice(page, 'settings-newer');
    await logged(folder, /WARN .*code=settings-newer\b/);
    expect((await stateOf(page)).app.theme).toBe('dark');
    await ask(page, 'settings.update', { appearance: { theme: 'light' } });
    await waitForState(page, 'the setting holds for now', ({ app }) => app.theme === 'light');
    await dial(page, '83');
    await callIn(page, 'ended');
    await commute.dispose();
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(newer);
    expect(readdirSync(folder).filter((name) => name.startsWith('settings.json'))).toEqual(['settings.json']);
  });
});

describe('a call list that is', () => {
  it.each([
    ['no database', Buffer.from('This is a text about calls.\n'.repeat(500))],
    ['half of one', undefined],
  ])('%s is set aside and told, and a new one is begun', limits, async (_name, bytes) => {
    const content = bytes ?? halfDatabase(await profileWith({}));
    const folder = await profileWith({ 'history.sqlite': content });
    const commute = await openSignedIn(folder);
    const { report } = await readNotice(commute.page, 'history-damaged');
    await logged(folder, /code=history-damaged\b/);
    expect(readFileSync(String(report.details['setAside']))).toEqual(content);
    await callAndChange(commute);
    await commute.dispose();
    expect(existsSync(join(folder, 'history.sqlite'))).toBe(true);
  });
});

/** A sound database of many pages, cut in the middle. */
function halfDatabase(folder: string): Buffer {
  const path = join(folder, 'whole.sqlite');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE calls (id TEXT PRIMARY KEY, name TEXT)');
  const insert = database.prepare('INSERT INTO calls VALUES (?, ?)');
  for (let row = 0; row < 500; row++) insert.run(`id-${row}`, 'x'.repeat(100));
  database.close();
  const whole = readFileSync(path);
  return whole.subarray(0, Math.floor(whole.length / 2 / 4_096) * 4_096);
}

describe('a full disk', () => {
  it('stops no call, is told once, and what waited is kept when there is room again', { timeout: 45_000 }, async () => {
    const disk = await mountSmallDisk(64);
    onTestFinished(() => disk.dispose());
    const commute = await openSignedIn(disk.path);
    const { page } = commute;
    await dial(page, '83');
    await page.locator('.shell-list').getByText('Boris Busy').first().waitFor();
    const before = readFileSync(join(disk.path, 'settings.json'), 'utf8');

    disk.fill();
    await dial(page, '85');
    const call = await callIn(page, 'connected');
    await hear(page, call.id, 1_004);
    await ask(page, 'settings.update', { appearance: { theme: 'dark' } });
    await waitForState(page, 'the setting holds all the same', ({ app }) => app.theme === 'dark');
    const { card } = await readNotice(page, 'disk-full');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await callIn(page, 'ended');
    await page.locator('.shell-list').getByText('Milo Milliwatt').first().waitFor();
    const { notices } = await stateOf(page);
    expect(notices.filter(({ error }) => error.code === 'disk-full')).toHaveLength(1);
    expect(notices.filter(({ error }) => error.code === 'internal')).toEqual([]);
    expect(readFileSync(join(disk.path, 'settings.json'), 'utf8')).toBe(before);
    await card.getByRole('button', { name: 'Dismiss' }).click();

    disk.free();
    await ask(page, 'settings.update', { audio: { ringVolume: 0.3 } });
    await dial(page, '83');
    await waitForState(page, 'the third call is listed', ({ calls }) => calls.some(({ phase }) => phase === 'ended'));
    await logged(disk.path, /code=disk-full\b|Lines were dropped/);
    await commute.dispose();
    expect(settingsIn(disk.path)).toMatchObject({ appearance: { theme: 'dark' }, audio: { ringVolume: 0.3 } });

    const again = await openCommute({ profileFolder: disk.path, args: [`--practice-port=${await freePort()}`] });
    await registered(again.page);
    const { entries } = await ask(again.page, 'history.list', everything);
    expect(entries.map(({ name }) => name)).toEqual(['Boris Busy', 'Milo Milliwatt', 'Boris Busy']);
    expect((await stateOf(again.page)).notices.map(({ error }) => error.code)).toEqual([]);
    await again.dispose();
  });
});

describe('what was compiled for a start', () => {
  it('is kept for the next one, which does not need it to be whole', limits, async () => {
    const folder = await profileWith({});
    const first = await openCommute({ profileFolder: folder });
    await expect.poll(() => compiledFiles(folder).length, { timeout: 15_000 }).toBeGreaterThan(0);
    await first.dispose();
    for (const file of compiledFiles(folder)) writeFileSync(file, 'not what it was');
    const { page } = await openCommute({ profileFolder: folder });
    await page.getByRole('button', { name: 'Practice office' }).waitFor();
  });
});

function compiledFiles(folder: string): string[] {
  const compiled = join(folder, 'compiled');
  if (!existsSync(compiled)) return [];
  return readdirSync(compiled, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
