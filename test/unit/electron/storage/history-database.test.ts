import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import { historyMigrations } from '#electron/storage/migrations/list.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { ringRecord } from '#test/support/calls/ring-records.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { historyEntry, historyQuery } from './history-entries.ts';

describe('the call list on disk', () => {
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

  function openHistory() {
    const history = new HistoryDatabase({ path, clock: new VirtualClock(0), logger: silentLogger });
    const problems: string[] = [];
    history.onProblem(({ code }) => problems.push(code));
    opened.push(history);
    return { history, problems };
  }

  const ids = (history: HistoryDatabase, query: Parameters<typeof historyQuery>[0] = {}) =>
    history.list(historyQuery(query)).entries.map(({ id }) => id);

  describe('HistoryDatabase', () => {
    it('touches no file before it is used', () => {
      const { history } = openHistory();
      expect(existsSync(path)).toBe(false);
      history.start();
      expect(existsSync(path)).toBe(true);
    });

    it('gives entries back whole, over a restart', () => {
      const entry = historyEntry({
        id: 'a',
        via: 'Sales',
        outcome: 'failed',
        errorCode: 'call-lost',
        unseen: true,
        name: 'Ünal "x" \u{1F600}',
        startedAt: Date.UTC(2026, 0, 5),
        dialled: '+4930123456',
        party: 'Ben Carter',
        emergency: true,
        quality: 'fair',
        recording: '/recordings/a.webm',
        ring: ringRecord({ ringer: null, volume: 0 }),
      });
      const first = openHistory();
      first.history.put(entry);
      first.history.dispose();
      const second = openHistory();
      expect(second.history.list(historyQuery())).toEqual({ entries: [entry], more: false });
      expect([...first.problems, ...second.problems]).toEqual([]);
      second.history.dispose();
      expect(readdirSync(folder.file('data'))).toEqual(['history.sqlite']);
    });

    it('replaces an entry of the same id, in the search as well', () => {
      const { history } = openHistory();
      history.put(historyEntry({ id: 'a', name: 'Before', startedAt: 5 }));
      history.put(historyEntry({ id: 'a', name: 'After', startedAt: 9 }));
      expect([ids(history), ids(history, { search: 'before' }), ids(history, { search: 'after' })]).toEqual([['a'], [], ['a']]);
    });

    it('pages from the newest to the oldest, each once, same start times included', () => {
      const { history } = openHistory();
      const starts = [5, 1, 9, 5, 5, 3, 9, 0, 5, 7];
      starts.forEach((startedAt, index) => history.put(historyEntry({ id: `call-${index}`, startedAt })));
      const seen: HistoryEntry[] = [];
      for (let before: { startedAt: number; id: string } | null = null; ;) {
        const page = history.list(historyQuery({ limit: 3, before }));
        seen.push(...page.entries);
        before = page.entries.at(-1) ?? null;
        if (!page.more) break;
      }
      expect(seen.map(({ startedAt }) => startedAt)).toEqual([9, 9, 7, 5, 5, 5, 5, 3, 1, 0]);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(10);
    });

    it('filters', () => {
      const { history } = openHistory();
      history.put(historyEntry({ id: 'answered', startedAt: 1 }));
      history.put(historyEntry({ id: 'missed', outcome: 'missed', startedAt: 2 }));
      history.put(historyEntry({ id: 'out', direction: 'outgoing', startedAt: 3 }));
      expect(ids(history, { filter: 'all' })).toEqual(['out', 'missed', 'answered']);
      expect(ids(history, { filter: 'missed' })).toEqual(['missed']);
      expect(ids(history, { filter: 'incoming' })).toEqual(['missed', 'answered']);
      expect(ids(history, { filter: 'outgoing' })).toEqual(['out']);
      expect(ids(history, { filter: 'incoming', search: 'anna', limit: 1 })).toEqual(['missed']);
    });

    it.each([
      ['web', ['anna', 'weber']],
      ['ANNA web', ['anna']],
      ['muller', ['muller']],
      ['Mül', ['muller']],
      ['sal', ['muller']],
      ['030 1234', ['anna']],
      ['3456', ['anna']],
      ['+4930', ['anna']],
      ['1001', ['weber']],
      ['10', ['weber']],
      ['eber', []],
      ['" OR ""', []],
      ['--;', []],
      ['NEAR(anna', []],
    ])('finds by %j', (search, expected) => {
      const { history } = openHistory();
      history.put(historyEntry({ id: 'weber', name: 'Otto Weber', number: '1001', startedAt: 1 }));
      history.put(historyEntry({ id: 'anna', startedAt: 2 }));
      history.put(historyEntry({ id: 'muller', name: 'Müller', number: '555', via: 'Sales', startedAt: 3 }));
      expect(ids(history, { search }).reverse()).toEqual(
        [...expected].reverse().sort((a, b) => ['weber', 'anna', 'muller'].indexOf(a) - ['weber', 'anna', 'muller'].indexOf(b)),
      );
      expect(ids(history, { search, before: { startedAt: 0, id: 'x' } })).toEqual([]);
    });

    it('takes any search text without an error', () => {
      const { history, problems } = openHistory();
      history.put(historyEntry({ id: 'a' }));
      fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (search) => void ids(history, { search })));
      expect(problems).toEqual([]);
    });

    it('removes and restores entries at their places', () => {
      const { history } = openHistory();
      for (const startedAt of [1, 2, 3]) history.put(historyEntry({ id: `call-${startedAt}`, startedAt }));
      const removed = history.remove(['call-2', 'unknown', 'call-3']);
      expect(removed.map(({ id }) => id)).toEqual(['call-2', 'call-3']);
      expect([ids(history), ids(history, { search: 'anna' })]).toEqual([['call-1'], ['call-1']]);
      expect(ids(history, { before: { startedAt: 2, id: 'call-2' } })).toEqual(['call-1']);
      history.restore(removed);
      expect(ids(history, { search: '3456' })).toEqual(['call-3', 'call-2', 'call-1']);
      history.clear();
      expect([ids(history), ids(history, { search: 'anna' })]).toEqual([[], []]);
    });

    it('knows what was dialled last, emergencies left out', () => {
      const { history } = openHistory();
      expect(history.lastDialled()).toBeNull();
      history.put(historyEntry({ id: 'a', direction: 'outgoing', dialled: '**203', startedAt: 1 }));
      history.put(historyEntry({ id: 'b', direction: 'outgoing', dialled: '9196', startedAt: 3 }));
      history.put(historyEntry({ id: 'c', direction: 'outgoing', dialled: '112', emergency: true, startedAt: 4 }));
      history.put(historyEntry({ id: 'd', startedAt: 5 }));
      expect(history.lastDialled()).toBe('9196');
      history.remove(['b']);
      expect(history.lastDialled()).toBe('**203');
    });

    it('knows when the last emergency call from here ended, over a restart', () => {
      const { history } = openHistory();
      expect(history.lastEmergencyAt()).toBeNull();
      const emergency = { direction: 'outgoing', dialled: '112', emergency: true, ringMs: 2_000, talkMs: 60_000 } as const;
      history.put(historyEntry({ ...emergency, id: 'a', startedAt: 1_000 }));
      history.put(historyEntry({ ...emergency, id: 'b', startedAt: 500_000 }));
      history.put(historyEntry({ ...emergency, id: 'c', startedAt: 900_000, direction: 'incoming' }));
      history.put(historyEntry({ id: 'd', startedAt: 950_000 }));
      history.dispose();
      expect(openHistory().history.lastEmergencyAt()).toBe(562_000);
    });

    it('brings a list of the first form to the newest', () => {
      mkdirSync(folder.file('data'), { recursive: true });
      const database = new DatabaseSync(path);
      database.exec(`${historyMigrations[0]}; PRAGMA user_version = 1;`);
      database.exec(`INSERT INTO calls (key, id, account_id, direction, outcome, name, number, via, digits, started_at, ring_ms, talk_ms, ended_by, unseen)
        VALUES (1024000, 'old', 'account', 'incoming', 'answered', 'Anna Weber', '+49 30 123456', '', '4930123456', 1000, 4000, 60000, 'remote', 0)`);
      database.close();
      const { history, problems } = openHistory();
      expect(history.list(historyQuery()).entries).toEqual([historyEntry({ id: 'old' })]);
      expect([ids(history, { search: '3456' }), problems]).toEqual([['old'], []]);
    });

    it('keeps what an older Commute wrote, the calls that it had open among it', () => {
      mkdirSync(folder.file('data'), { recursive: true });
      const database = new DatabaseSync(path);
      database.exec(`${historyMigrations.slice(0, 2).join(';')}; PRAGMA user_version = 2;`);
      const { ring: _, ...open } = historyEntry({ id: 'open' });
      database.prepare('INSERT INTO open_calls (id, entry, seen_at) VALUES (?, ?, ?)').run('open', JSON.stringify(open), 9_000);
      database.exec(`INSERT INTO calls (key, id, account_id, direction, outcome, name, number, via, digits, started_at, ring_ms, talk_ms, ended_by, unseen, dialled, party, quality, recording)
        VALUES (1024000, 'old', 'account', 'incoming', 'answered', 'Anna Weber', '+49 30 123456', '', '4930123456', 1000, 4000, 60000, 'remote', 0, '', 'Ben', 'fair', '/a.webm')`);
      database.close();
      const { history, problems } = openHistory();
      const old = historyEntry({ id: 'old', party: 'Ben', quality: 'fair', recording: '/a.webm' });
      expect(history.list(historyQuery()).entries).toEqual([old]);
      expect(history.takeOpen()).toEqual([{ entry: historyEntry({ id: 'open' }), seenAt: 9_000 }]);
      expect(problems).toEqual([]);
    });

    it('lists a call whose ringing cannot be read', () => {
      const { history } = openHistory();
      history.put(historyEntry({ id: 'a', ring: ringRecord(), startedAt: 1 }));
      history.put(historyEntry({ id: 'b', ring: ringRecord(), startedAt: 2 }));
      history.dispose();
      const database = new DatabaseSync(path);
      database.exec(`UPDATE calls SET ring = 'nonsense' WHERE id = 'a'; UPDATE calls SET ring = '{"tone":7}' WHERE id = 'b'`);
      database.close();
      expect(
        openHistory()
          .history.list(historyQuery())
          .entries.map(({ id, ring }) => [id, ring]),
      ).toEqual([
        ['b', null],
        ['a', null],
      ]);
    });

    it('counts missed calls that nobody looked at', () => {
      const { history } = openHistory();
      history.put(historyEntry({ id: 'a', outcome: 'missed', unseen: true }));
      history.put(historyEntry({ id: 'b', outcome: 'missed', unseen: true }));
      history.put(historyEntry({ id: 'c', outcome: 'missed' }));
      expect(history.unseenMissedCount()).toBe(2);
      history.markSeen();
      expect([history.unseenMissedCount(), ids(history, { search: 'anna' }).length]).toEqual([0, 3]);
    });
  });
});
