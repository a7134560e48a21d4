// Run as a process of its own: begins calls without end, ends every one but the last three, and prints what it has done.
import { CallJournal } from '#electron/storage/call-journal.ts';
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { writeSync } from 'node:fs';
import { historyEntry } from './history-entries.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: journal-writer <path>');
const clock = new VirtualClock(0);
const journal = new CallJournal({ history: new HistoryDatabase({ path, clock, logger: silentLogger }), clock });
journal.start();
const entryOf = (index: number) => historyEntry({ id: `call-${index}`, startedAt: index });
for (let index = 0; ; index++) {
  journal.open(entryOf(index));
  writeSync(1, `opened call-${index}\n`);
  if (index < 3) continue;
  journal.close(entryOf(index - 3));
  writeSync(1, `closed call-${index - 3}\n`);
}
