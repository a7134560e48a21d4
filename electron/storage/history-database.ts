import type { DatabaseSync } from 'node:sqlite';
import type { HistoryEntry, HistoryPage, HistoryQuery } from '#shared/calls/history-entry.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import { historyError, isDamage, openHistory, type OpenDatabase, setHistoryAside } from './history-file.ts';
import { historySearchOf, matchesSearch } from './history-search.ts';
import { HistoryTable } from './history-table.ts';

export interface HistoryDatabaseOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open?: OpenDatabase;
}

/** Entries that wait for room on the disk; beyond that the oldest is given up. */
const maxWaiting = 1000;

/**
 * The call list on disk. It opens at first use or by `start`, whichever comes first. Reading and `put` never fail: what the disk does
 * not take waits in memory, is listed all the same, and goes to disk with the next change. Changes that a person asks for throw.
 */
export class HistoryDatabase implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #openFile: OpenDatabase | undefined;
  readonly #problem = new Emitter<AppError>();
  readonly #waiting = new Map<string, HistoryEntry>();
  #database: DatabaseSync | undefined;
  #table: HistoryTable | undefined;
  #failureTold = false;
  #disposed = false;

  constructor({ path, clock, logger, open }: HistoryDatabaseOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger;
    this.#openFile = open;
  }

  /**
   * `history-damaged` (details: `path`, `setAside`) when a new list was begun; `disk-full`, `settings-unwritable` or `settings-newer`
   * when the disk does not take entries, once until it takes them again.
   */
  get onProblem(): Event<AppError> {
    return this.#problem.event;
  }

  /** How many entries wait in memory for the disk. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Opens and checks the file; call it when the window is up, so that it costs the start nothing. */
  start(): void {
    this.#attempt(() => this.#open());
  }

  /** Adds an entry, or replaces the one with the same id. Never throws because of the disk. */
  put(entry: HistoryEntry): void {
    this.#waiting.delete(entry.id);
    this.#waiting.set(entry.id, entry);
    this.#attempt(() => this.#writeWaiting());
    for (const id of this.#waiting.keys()) {
      if (this.#waiting.size <= maxWaiting) break;
      this.#waiting.delete(id);
    }
  }

  /** One page, newest first. */
  list(query: HistoryQuery): HistoryPage {
    const wanted = query.limit + 1;
    const stored = this.#attempt(() => this.#use((table) => table.select(query, wanted + this.#waiting.size))) ?? [];
    const entries = this.#waiting.size === 0 ? stored : this.#withWaiting(stored, query);
    return { entries: entries.slice(0, query.limit), more: entries.length > query.limit };
  }

  find(id: string): HistoryEntry | undefined {
    return this.#waiting.get(id) ?? this.#attempt(() => this.#use((table) => table.find(id)));
  }

  /**
   * Removes entries; unknown ids are passed over.
   * @returns what was removed, for `restore`
   * @throws AppError `disk-full`, `settings-unwritable`
   */
  remove(ids: readonly string[]): HistoryEntry[] {
    const removed = this.#change((table) => table.remove(ids));
    const waiting = ids.flatMap((id) => {
      const entry = this.#waiting.get(id);
      return entry === undefined ? [] : [entry];
    });
    for (const entry of waiting) this.#waiting.delete(entry.id);
    return [...removed.filter((entry) => !waiting.some(({ id }) => id === entry.id)), ...waiting];
  }

  /** Puts removed entries back where they were. @throws AppError `disk-full`, `settings-unwritable` */
  restore(entries: readonly HistoryEntry[]): void {
    this.#change((table) => table.put(entries));
  }

  /** Forgets every call. @throws AppError `disk-full`, `settings-unwritable` */
  clear(): void {
    this.#change((table) => table.clear());
    this.#waiting.clear();
  }

  /** Missed calls that nobody has looked at. */
  unseenMissedCount(): number {
    const stored = this.#attempt(() => this.#use((table) => table.unseenMissedCount())) ?? 0;
    return stored + [...this.#waiting.values()].filter((entry) => entry.outcome === 'missed' && entry.unseen).length;
  }

  /** Everything has been looked at. Never throws because of the disk: at worst the mark comes back with the next start. */
  markSeen(): void {
    for (const [id, entry] of this.#waiting) this.#waiting.set(id, { ...entry, unseen: false });
    this.#attempt(() => this.#use((table) => table.markSeen()));
  }

  /** What was dialled last from here, exactly; emergencies are not dialled again by a key. Null when nothing was. */
  lastDialled(): string | null {
    const stored = this.#attempt(() => this.#use((table) => table.lastDialled()));
    const waiting = [...this.#waiting.values()].filter(
      (entry) => entry.direction === 'outgoing' && entry.dialled !== '' && !entry.emergency,
    );
    const newest = [...waiting, ...(stored === undefined ? [] : [stored])].sort((a, b) => b.startedAt - a.startedAt)[0];
    return newest?.dialled ?? null;
  }

  /** When the last emergency call from here ended, wall time in ms; null when there was none. */
  lastEmergencyAt(): number | null {
    const stored = this.#attempt(() => this.#use((table) => table.lastEmergency()));
    const waiting = [...this.#waiting.values()].filter(({ direction, emergency }) => direction === 'outgoing' && emergency);
    const ends = [...waiting, ...(stored === undefined ? [] : [stored])].map(
      ({ startedAt, ringMs, talkMs }) => startedAt + ringMs + talkMs,
    );
    return ends.length === 0 ? null : Math.max(...ends);
  }

  /** Notes a call that has not ended; `put` takes the note away. Never throws because of the disk. */
  noteOpen(entry: HistoryEntry): void {
    this.#attempt(() => this.#use((table) => table.open(entry, this.#clock.wallMs())));
  }

  /** All open calls still live. Never throws because of the disk. */
  touchOpen(): void {
    this.#attempt(() => this.#use((table) => table.touchOpen(this.#clock.wallMs())));
  }

  /** Takes out the calls that a process noted and did not end, with the wall time at which each was last known to live. */
  takeOpen(): { readonly entry: HistoryEntry; readonly seenAt: number }[] {
    return this.#attempt(() => this.#use((table) => table.takeOpen())) ?? [];
  }

  /** Tries once more to store what waits, then closes the file. */
  dispose(): void {
    if (this.#disposed) return;
    if (this.#waiting.size > 0) this.#attempt(() => this.#writeWaiting());
    this.#disposed = true;
    this.#close();
    this.#problem.dispose();
  }

  #writeWaiting(): void {
    const entries = [...this.#waiting.values()];
    this.#use((table) => table.put(entries));
    this.#waiting.clear();
    this.#failureTold = false;
  }

  #change<T>(work: (table: HistoryTable) => T): T {
    try {
      const result = this.#use(work);
      this.#attempt(() => {
        if (this.#waiting.size > 0) this.#writeWaiting();
      });
      return result;
    } catch (error) {
      throw historyError(error, this.#path);
    }
  }

  /** Runs work that may fail because of the disk; the failure is told once. */
  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const problem = historyError(error, this.#path);
      if (!this.#failureTold) {
        this.#failureTold = true;
        this.#logger.error('History not stored', problem.details);
        this.#problem.fire(problem);
      }
      return undefined;
    }
  }

  /** Runs work on the open table; damage that shows only now costs the file its place, and the work runs on a new one. */
  #use<T>(work: (table: HistoryTable) => T): T {
    try {
      return work(this.#open());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replaceDamaged();
      return work(this.#open());
    }
  }

  #open(): HistoryTable {
    if (this.#table !== undefined) return this.#table;
    if (this.#disposed) throw new AppError('internal', { kind: 'bug', details: { what: 'history used after dispose' } });
    this.#database = this.#openOrReplace();
    this.#table = new HistoryTable(this.#database);
    return this.#table;
  }

  #openOrReplace(): DatabaseSync {
    try {
      return openHistory(this.#path, this.#openFile);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replaceDamaged();
      return openHistory(this.#path, this.#openFile);
    }
  }

  #replaceDamaged(): void {
    this.#close();
    const setAside = setHistoryAside(this.#path, this.#clock.wallMs());
    const problem = new AppError('history-damaged', { details: { path: this.#path, setAside } });
    this.#logger.error('History damaged', problem.details);
    this.#problem.fire(problem);
  }

  #close(): void {
    this.#table = undefined;
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch (error) {
      this.#logger.warn('History not closed cleanly', historyError(error, this.#path).details);
    }
  }

  /** Lays the waiting entries over a page; they replace stored ones of the same id. */
  #withWaiting(stored: readonly HistoryEntry[], { filter, search, before }: HistoryQuery): HistoryEntry[] {
    const wanted = historySearchOf(search);
    const waiting = [...this.#waiting.values()].filter(
      (entry) =>
        (filter === 'all' || entry.outcome === filter || entry.direction === filter) &&
        (before === null || (entry.id !== before.id && entry.startedAt <= before.startedAt)) &&
        matchesSearch(wanted, entry),
    );
    const others = stored.filter((entry) => !this.#waiting.has(entry.id));
    return [...others, ...waiting].sort((a, b) => b.startedAt - a.startedAt);
  }
}
