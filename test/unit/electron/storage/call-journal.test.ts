import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abandonedEntry, CallJournal } from '#electron/storage/call-journal.ts';
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { historyEntry, historyQuery } from './history-entries.ts';

describe('the journal of calls', () => {
  let folder: TempFolder;
  let path: string;
  const opened: { dispose(): void }[] = [];
  beforeEach(() => {
    folder = new TempFolder('journal');
    path = folder.file('history.sqlite');
  });
  afterEach(() => {
    for (const one of opened.splice(0)) one.dispose();
    folder.dispose();
  });

  function openJournal(wallMs = 0) {
    const clock = new VirtualClock(wallMs);
    const history = new HistoryDatabase({ path, clock, logger: silentLogger });
    const journal = new CallJournal({ history, clock });
    let changes = 0;
    journal.onChanged(() => (changes += 1));
    opened.push(journal, history);
    const entries = () => history.list(historyQuery()).entries;
    return { journal, history, clock, entries, changes: () => changes };
  }

  const ringing = historyEntry({ id: 'a', outcome: 'missed', startedAt: 10_000, ringMs: 0, talkMs: 0 });
  const answered = historyEntry({ id: 'a', outcome: 'answered', startedAt: 10_000, ringMs: 4_000, talkMs: 0 });

  it('lists a call when it has ended, once', () => {
    const { journal, entries, changes, clock } = openJournal();
    journal.start();
    journal.open(ringing);
    expect([entries(), changes(), clock.pendingCount]).toEqual([[], 0, 1]);
    journal.close(answered);
    expect([entries(), changes(), clock.pendingCount]).toEqual([[answered], 1, 0]);
    journal.close({ ...answered, recording: '/a.webm' });
    expect(entries().map(({ recording }) => recording)).toEqual(['/a.webm']);
    openJournal().journal.start();
    expect(entries()).toHaveLength(1);
  });

  it('lists at the next start what was left open, as long as it was known to live', () => {
    const first = openJournal(10_000);
    first.journal.start();
    first.journal.open(ringing);
    first.clock.advance(4_000);
    first.journal.open(answered);
    first.clock.advance(33_000);
    const next = openJournal(1_000_000);
    next.journal.start();
    expect(next.entries()).toEqual([{ ...answered, talkMs: 31_000, endedBy: 'local', errorCode: 'app-ended' }]);
    expect(next.changes()).toBe(1);
  });

  it('lets a call wait that comes before the list was opened', () => {
    const { journal, entries } = openJournal();
    journal.open(ringing);
    journal.open({ ...ringing, id: 'b' });
    journal.close({ ...ringing, unseen: true });
    expect(entries().map(({ id }) => id)).toEqual(['a']);
    journal.start();
    expect(entries().map(({ id }) => id)).toEqual(['a']);
    const next = openJournal();
    next.journal.start();
    expect(next.entries().map(({ id, errorCode }) => [id, errorCode])).toEqual([
      ['b', 'app-ended'],
      ['a', null],
    ]);
  });

  it('leaves no timer behind', () => {
    const { journal, clock } = openJournal();
    journal.start();
    journal.open(ringing);
    journal.dispose();
    expect(clock.pendingCount).toBe(0);
  });

  it('says of a call that rang here that it was missed, and of one that rang there how long', () => {
    expect(abandonedEntry(ringing, 15_000)).toMatchObject({ outcome: 'missed', ringMs: 5_000, talkMs: 0, unseen: true });
    expect(abandonedEntry(historyEntry({ id: 'x', direction: 'outgoing', outcome: 'failed', startedAt: 10_000 }), 9_000)).toMatchObject({
      outcome: 'failed',
      talkMs: 0,
      unseen: false,
    });
  });

  it('keeps every call of a process that was killed', async () => {
    const writer = spawn(process.execPath, [new URL('journal-writer.ts', import.meta.url).pathname, path], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    writer.stdout.setEncoding('utf8');
    writer.stdout.on('data', (chunk: string) => {
      output += chunk;
      if (output.length > 2_000) writer.kill('SIGKILL');
    });
    await Promise.all([once(writer, 'exit'), once(writer.stdout, 'close')]);
    const told = output.split('\n').slice(0, -1);
    const { journal, history } = openJournal();
    journal.start();
    const listed = new Map<string, string | null>();
    for (let before: { startedAt: number; id: string } | null = null; ;) {
      const page = history.list(historyQuery({ limit: 200, before }));
      for (const { id, errorCode } of page.entries) listed.set(id, errorCode);
      before = page.entries.at(-1) ?? null;
      if (!page.more) break;
    }
    const closed = told.filter((line) => line.startsWith('closed ')).map((line) => line.slice(7));
    const begun = told.filter((line) => line.startsWith('opened ')).map((line) => line.slice(7));
    expect(begun.length).toBeGreaterThan(20);
    expect(begun.filter((id) => !listed.has(id))).toEqual([]);
    expect(closed.filter((id) => listed.get(id) !== null)).toEqual([]);
    expect([...listed.values()].filter((code) => code === 'app-ended').length).toBeGreaterThan(0);
  });
});
