import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { historyEntry, historyQuery } from './history-entries.ts';

describe('the call list under faults', () => {
  let folder: TempFolder;
  let path: string;
  const opened: HistoryDatabase[] = [];
  beforeEach(() => {
    folder = new TempFolder('history');
    path = folder.file('data', 'history.sqlite');
  });
  afterEach(() => {
    for (const history of opened.splice(0)) history.dispose();
    folder.dispose();
  });

  function openHistory(open?: (path: string) => DatabaseSync) {
    const history = new HistoryDatabase({
      path,
      clock: new VirtualClock(0),
      logger: silentLogger,
      ...(open === undefined ? {} : { open }),
    });
    const problems: string[] = [];
    history.onProblem(({ code }) => problems.push(code));
    opened.push(history);
    return { history, problems };
  }

  const ids = (history: HistoryDatabase, query: Parameters<typeof historyQuery>[0] = {}) =>
    history.list(historyQuery(query)).entries.map(({ id }) => id);

  describe('HistoryDatabase on a bad disk', () => {
    /** A database that cannot grow while `full` holds. */
    function smallDatabase() {
      const state = { full: false };
      const databases: DatabaseSync[] = [];
      const setFull = (full: boolean): void => {
        state.full = full;
        for (const database of databases) database.exec(`PRAGMA max_page_count = ${full ? 1 : 1_000_000}`);
      };
      const open = (file: string): DatabaseSync => {
        const database = new DatabaseSync(file);
        databases.splice(0, databases.length, database);
        return database;
      };
      return { open, setFull };
    }

    const big = (id: string, startedAt: number, part: Partial<HistoryEntry> = {}) =>
      historyEntry({ id, startedAt, via: `${id} `.repeat(20), ...part });

    it('keeps entries of a full disk in memory, lists them, tells once, and stores them when there is room', () => {
      const { open, setFull } = smallDatabase();
      const { history, problems } = openHistory(open);
      history.put(big('stored', 5));
      setFull(true);
      for (let index = 0; history.waitingCount < 3; index++)
        history.put(big(`call-${index}`, 10 + index, { outcome: 'missed', unseen: true }));
      expect(problems).toEqual(['disk-full']);
      const all = ids(history, { limit: 200 });
      expect(all.at(-1)).toBe('stored');
      expect(all.length).toBe(new Set(all).size);
      const newest = all[0] ?? '';
      expect(ids(history, { filter: 'missed', limit: 1 })).toEqual([newest]);
      expect(ids(history, { search: newest.replace('call-', ''), limit: 200 })).toContain(newest);
      expect(history.unseenMissedCount()).toBe(all.length - 1);
      expect(ids(history, { limit: 2, before: { startedAt: 12, id: 'call-2' } })).toEqual(['call-1', 'call-0']);
      setFull(false);
      history.put(big('later', 1000));
      expect([history.waitingCount, ids(history, { limit: 200 })]).toEqual([0, ['later', ...all]]);
      history.dispose();
      expect(ids(openHistory().history, { limit: 200 })).toEqual(['later', ...all]);
    });

    it('bounds what waits, newest kept', () => {
      mkdirSync(path, { recursive: true });
      const { history, problems } = openHistory();
      for (let index = 0; index < 1010; index++) history.put(historyEntry({ id: `call-${index}`, startedAt: index }));
      expect(history.waitingCount).toBe(1000);
      expect(problems).toEqual(['settings-unwritable']);
      expect(ids(history, { limit: 1 })).toEqual(['call-1009']);
    });

    it('opens later when it could not be opened at first', () => {
      mkdirSync(path, { recursive: true });
      const { history } = openHistory();
      history.start();
      history.put(historyEntry({ id: 'a' }));
      expect(ids(history)).toEqual(['a']);
      expect(history.remove.bind(history, ['a'])).toThrow(expect.objectContaining({ code: 'settings-unwritable' }));
      rmSync(path, { recursive: true });
      history.put(historyEntry({ id: 'b', startedAt: 2000 }));
      expect([history.waitingCount, ids(history)]).toEqual([0, ['b', 'a']]);
    });

    it('sets a file aside that is no database, and starts a new one', () => {
      mkdirSync(folder.file('data'));
      writeFileSync(path, 'this is not a database'.repeat(100));
      const { history, problems } = openHistory();
      history.put(historyEntry({ id: 'a' }));
      expect([problems, ids(history)]).toEqual([['history-damaged'], ['a']]);
      expect(readFileSync(`${path}.damaged-1970-01-01T00-00-00.000Z`, 'utf8')).toContain('this is not a database');
    });

    it('sets a truncated or overwritten database aside, or reads it, but never fails', () => {
      const first = openHistory();
      for (let index = 0; index < 500; index++) first.history.put(big(`call-${index}`, index));
      first.history.dispose();
      const original = readFileSync(path);
      fc.assert(
        fc.property(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.boolean(),
          fc.integer({ min: 1, max: 5000 }),
          (where, truncate, length) => {
            for (const name of readdirSync(folder.file('data'))) rmSync(folder.file('data', name));
            const at = Math.floor(where * (original.length - 1));
            writeFileSync(path, truncate ? original : Buffer.from(original).fill(0x5a, at, Math.min(original.length, at + length)));
            if (truncate) truncateSync(path, at);
            const { history, problems } = openHistory();
            history.put(historyEntry({ id: 'new', startedAt: 1_000_000, name: 'Newcomer' }));
            expect(ids(history, { limit: 1 })).toEqual(['new']);
            expect(ids(history, { search: 'newcomer' })).toEqual(['new']);
            expect(history.waitingCount).toBe(0);
            expect(problems.filter((code) => code !== 'history-damaged')).toEqual([]);
            history.dispose();
            if (problems.length > 0) expect(readdirSync(folder.file('data')).some((name) => name.includes('.damaged-'))).toBe(true);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('leaves the file of a newer Commute alone', () => {
      const first = openHistory();
      first.history.put(historyEntry({ id: 'a' }));
      first.history.dispose();
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 99');
      database.close();
      const before = readFileSync(path);
      const { history, problems } = openHistory();
      history.put(historyEntry({ id: 'b' }));
      expect([problems, ids(history)]).toEqual([['settings-newer'], ['b']]);
      history.dispose();
      expect(readFileSync(path)).toEqual(before);
    });

    it('refuses nothing silently after its end', () => {
      const { history } = openHistory();
      history.dispose();
      history.dispose();
      expect(() => history.clear()).toThrow(expect.objectContaining({ code: 'internal' }));
    });
  });

  describe('HistoryDatabase under kill -9', () => {
    it('has every call whose put returned', async () => {
      for (let round = 0; round < 3; round++) {
        const writer = spawn(process.execPath, [new URL('history-writer.ts', import.meta.url).pathname, path], {
          env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        const exit = once(writer, 'exit');
        writer.stdout.setEncoding('utf8');
        writer.stdout.on('data', (chunk: string) => {
          output += chunk;
          if (output.length > 300 + round * 1000) writer.kill('SIGKILL');
        });
        await Promise.all([exit, once(writer.stdout, 'close')]);
        const promised = output.split('\n').slice(0, -1);
        expect(promised.length).toBeGreaterThan(20);
        const { history, problems } = openHistory();
        const stored = new Set<string>();
        for (let before: { startedAt: number; id: string } | null = null; ;) {
          const page = history.list(historyQuery({ limit: 200, before }));
          for (const { id } of page.entries) stored.add(id);
          before = page.entries.at(-1) ?? null;
          if (!page.more) break;
        }
        expect(promised.filter((id) => !stored.has(id))).toEqual([]);
        expect(problems).toEqual([]);
        expect(ids(history, { search: '3456', limit: 200 }).length).toBe(Math.min(200, stored.size));
        history.dispose();
      }
    });
  });
});
