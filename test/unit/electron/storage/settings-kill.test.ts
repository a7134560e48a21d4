import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SettingsStore } from '#electron/storage/settings-store.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

/** Runs the writer, kills it in the middle of its work, and returns the last volume that it said was stored. */
async function writeAndKill(path: string, afterCharacters: number): Promise<number> {
  const writer = spawn(process.execPath, [new URL('settings-writer.ts', import.meta.url).pathname, path], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.setEncoding('utf8');
  writer.stdout.on('data', (chunk: string) => {
    output += chunk;
    if (output.length > afterCharacters) writer.kill('SIGKILL');
  });
  await Promise.all([once(writer, 'exit'), once(writer.stdout, 'close')]);
  return Number(output.trimEnd().split('\n').at(-1));
}

describe('settings under kill -9', () => {
  it('are whole after every kill, and not older than what was stored', async () => {
    const folder = new TempFolder('settings-kill');
    try {
      for (let round = 0; round < 5; round++) {
        const path = folder.file('settings.json');
        const stored = await writeAndKill(path, 50 + round * 37);
        const store = new SettingsStore({ path, clock: new VirtualClock(0), logger: silentLogger });
        expect(await store.load()).toBeUndefined();
        expect([stored, stored + 0.001].map((volume) => volume.toFixed(3))).toContain(store.get().audio.ringVolume.toFixed(3));
        store.dispose();
      }
    } finally {
      folder.dispose();
    }
  });
});
