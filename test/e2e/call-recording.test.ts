import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { elementIds } from '#shared/recordings/matroska.ts';
import { openAtAsterisk } from '#test/support/app/asterisk-phone.ts';
import { ask, callIn, hear, waitForState } from '#test/support/app/driver.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial } from '#test/support/app/use-commute.ts';
import { elementsOf, matroskaTree } from '#test/support/media/matroska-tree.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

it('a call is recorded where the person wants it, with a sign on the card and a line in the list', { timeout: 60_000 }, async () => {
  const folder = await createTempFolder('recordings');
  onTestFinished(() => folder.dispose());
  const { page } = await openAtAsterisk(asterisk(), '201', { microphone: { hz: 700 } });
  await dial(page, '9197');
  const { id } = await callIn(page, 'connected');
  await hear(page, id, 1_004);
  await ask(page, 'settings.update', { recording: { offered: true } });
  await expect(ask(page, 'call.set-recording', { call: id, on: true })).rejects.toThrow('recording-folder-missing');
  await ask(page, 'settings.update', { recording: { offered: true, folder: folder.path, tone: false } });
  await ask(page, 'call.set-recording', { call: id, on: true });
  await waitForState(page, 'it is recorded', ({ calls }) => calls.some(({ recordingSince }) => recordingSince !== null));
  await page.getByText('Recording', { exact: false }).first().waitFor();
  await grows(folder.path);
  await ask(page, 'call.hang-up', { call: id });
  await waitForState(page, 'the card is gone', ({ calls }) => calls.length === 0);
  const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 1 });
  const path = entries[0]?.recording ?? '';
  expect(path.startsWith(folder.path)).toBe(true);
  expect(path.endsWith('.webm')).toBe(true);
  expect((await stat(path)).size).toBeGreaterThan(1_000);
  // its length and index come beside everything else
  await expect.poll(async () => elementsOf(matroskaTree(await readFile(path)), elementIds.cues), { timeout: 10_000 }).toHaveLength(1);
  expect(elementsOf(matroskaTree(await readFile(path)), elementIds.duration)[0]?.payload.readDoubleBE()).toBeGreaterThan(500);
  expect(await readdir(folder.path)).toHaveLength(1);
});

/** Resolves when the one file of the folder has grown twice: it is written as it goes. */
async function grows(folder: string): Promise<void> {
  const sizes = new Set<number>();
  while (sizes.size < 3) {
    const [name] = await readdir(folder);
    if (name !== undefined) sizes.add((await stat(join(folder, name))).size);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
