// Run as a process of its own: changes and stores the settings without end and prints each volume that reached the disk.
import { writeSync } from 'node:fs';
import { SettingsStore } from '#electron/storage/settings-store.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: settings-writer <path>');
const store = new SettingsStore({ path, clock: new VirtualClock(0), logger: silentLogger });
await store.load();
for (let step = 0; ; step++) {
  const ringVolume = (step % 1000) / 1000;
  store.update({ audio: { ringVolume } });
  await store.flush();
  writeSync(1, `${ringVolume}\n`);
}
