// Run as a process of its own: stores calls without end and prints the id of each one that `put` has returned from.
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { writeSync } from 'node:fs';
import { historyEntry } from './history-entries.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: history-writer <path>');
const history = new HistoryDatabase({ path, clock: new VirtualClock(0), logger: silentLogger });
for (let index = 0; ; index++) {
  const entry = historyEntry({ id: `call-${index}`, startedAt: index });
  history.put(entry);
  writeSync(1, `${entry.id}\n`);
}
