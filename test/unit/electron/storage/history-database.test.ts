import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryDatabase } from '#electron/storage/history-database.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { silentLogger } from '#shared/util/logger.ts';
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
