import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type HistoryEntry, historyEntrySchema, type HistoryQuery } from '#shared/calls/history-entry.ts';
import { type RingRecord, ringRecordSchema } from '#shared/calls/ring-record.ts';
import { digitsOf, historySearchOf } from './history-search.ts';

/** How many calls may begin in the same millisecond. */
const keysPerMs = 1024;

/** What stands in each column for an entry; `entriesOf` reads it back. */
const columnValues: Readonly<Record<string, (entry: HistoryEntry) => SQLInputValue>> = {
  id: ({ id }) => id,
  account_id: ({ accountId }) => accountId,
  direction: ({ direction }) => direction,
  outcome: ({ outcome }) => outcome,
  name: ({ name }) => name,
  number: ({ number }) => number,
  via: ({ via }) => via,
  started_at: ({ startedAt }) => startedAt,
  ring_ms: ({ ringMs }) => ringMs,
  talk_ms: ({ talkMs }) => talkMs,
  ended_by: ({ endedBy }) => endedBy,
  error_code: ({ errorCode }) => errorCode,
  dialled: ({ dialled }) => dialled,
  party: ({ party }) => party,
  emergency: ({ emergency }) => (emergency ? 1 : 0),
  quality: ({ quality }) => quality,
  recording: ({ recording }) => recording,
  ring: (entry) => (entry.ring === null ? null : JSON.stringify(entry.ring)),
  unseen: ({ unseen }) => (unseen ? 1 : 0),
};
const columns = Object.keys(columnValues).join(', ');
const insertion = `INSERT INTO calls (key, digits, ${columns}) VALUES (?, ?${', ?'.repeat(Object.keys(columnValues).length)})`;

/** Keys of calls that began at this time, from the first (included) to the last (excluded). */
function keyRange(startedAt: number): { readonly from: number; readonly to: number } {
  return { from: startedAt * keysPerMs, to: (startedAt + 1) * keysPerMs };
}

/** The statements over one open database. Throws what `node:sqlite` throws. */
export class HistoryTable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Adds entries or replaces those with the same id, and takes them from the open calls: all of them or none. */
  put(entries: readonly HistoryEntry[]): void {
    this.#inTransaction(() => {
      for (const entry of entries) this.#putOne(entry);
    });
  }

  /** Up to `limit` entries, newest first. */
  select({ filter, search, before }: HistoryQuery, limit: number): HistoryEntry[] {
    const wanted = historySearchOf(search);
    const conditions: string[] = [];
    const values: SQLInputValue[] = [];
    if (wanted.kind !== 'everything') {
      const index = wanted.kind === 'digits' ? 'calls_digits' : 'calls_text';
      conditions.push(`${index} MATCH ?`);
      values.push(wanted.match);
    }
    const key = wanted.kind === 'everything' ? 'calls.key' : wanted.kind === 'digits' ? 'calls_digits.rowid' : 'calls_text.rowid';
    if (before !== null) {
      conditions.push(`${key} < ?`);
      values.push(this.#keyBefore(before));
    }
    const outcome = filterConditions[filter];
    if (outcome !== undefined) conditions.push(outcome);
    const source =
      wanted.kind === 'everything'
        ? 'calls'
        : wanted.kind === 'digits'
          ? 'calls_digits CROSS JOIN calls ON calls.key = calls_digits.rowid'
          : 'calls_text CROSS JOIN calls ON calls.key = calls_text.rowid';
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const list = columns.replace(/\w+/g, 'calls.$&');
    return this.#all(`SELECT ${list} FROM ${source} ${where} ORDER BY ${key} DESC LIMIT ?`, ...values, limit);
  }

  find(id: string): HistoryEntry | undefined {
    return this.#all(`SELECT ${columns} FROM calls WHERE id = ?`, id)[0];
  }

  /** Removes by id; returns what was there. */
  remove(ids: readonly string[]): HistoryEntry[] {
    return this.#inTransaction(() => ids.flatMap((id) => this.#all(`DELETE FROM calls WHERE id = ? RETURNING ${columns}`, id)));
  }

  clear(): void {
    this.#inTransaction(() => this.#run('DELETE FROM calls'));
  }

  unseenMissedCount(): number {
    const row = this.#statement(`SELECT count(*) AS count FROM calls WHERE outcome = 'missed' AND unseen = 1`).get();
    return Number(row?.['count'] ?? 0);
  }

  markSeen(): void {
    this.#run('UPDATE calls SET unseen = 0 WHERE unseen = 1');
  }

  /** What was dialled last from here, emergencies left out; undefined when nothing was. */
  lastDialled(): HistoryEntry | undefined {
    const dialled = `direction = 'outgoing' AND dialled <> '' AND emergency = 0`;
    return this.#all(`SELECT ${columns} FROM calls WHERE ${dialled} ORDER BY key DESC LIMIT 1`)[0];
  }

  /** The newest emergency call from here; undefined when there was none. */
  lastEmergency(): HistoryEntry | undefined {
    return this.#all(`SELECT ${columns} FROM calls WHERE direction = 'outgoing' AND emergency = 1 ORDER BY key DESC LIMIT 1`)[0];
  }

  /** Notes a call that has not ended, as it would stand in the list if this process died now. */
  open(entry: HistoryEntry, wallMs: number): void {
    this.#run('INSERT OR REPLACE INTO open_calls (id, entry, seen_at) VALUES (?, ?, ?)', entry.id, JSON.stringify(entry), wallMs);
  }

  /** Every open call still lives. */
  touchOpen(wallMs: number): void {
    this.#run('UPDATE open_calls SET seen_at = ?', wallMs);
  }

  /** Takes all open calls out, with the wall time at which each was last known to live. */
  takeOpen(): { readonly entry: HistoryEntry; readonly seenAt: number }[] {
    return this.#inTransaction(() =>
      this.#statement('DELETE FROM open_calls RETURNING entry, seen_at')
        .all()
        .flatMap((row) => {
          const entry = openEntryOf(row['entry']);
          return entry === undefined ? [] : [{ entry, seenAt: Number(row['seen_at']) }];
        }),
    );
  }

  #putOne(entry: HistoryEntry): void {
    this.#run('DELETE FROM calls WHERE id = ?', entry.id);
    this.#run('DELETE FROM open_calls WHERE id = ?', entry.id);
    const values = Object.values(columnValues).map((valueOf) => valueOf(entry));
    this.#run(insertion, this.#freeKey(entry.startedAt), digitsOf(entry.number), ...values);
  }

  /** The key after the last one of the same millisecond. */
  #freeKey(startedAt: number): number {
    const { from, to } = keyRange(startedAt);
    const row = this.#statement('SELECT max(key) AS key FROM calls WHERE key >= ? AND key < ?').get(from, to);
    const last = row?.['key'];
    return typeof last === 'number' ? last + 1 : from;
  }

  /** The key of the entry, or where it would begin if it was removed meanwhile. */
  #keyBefore({ startedAt, id }: { readonly startedAt: number; readonly id: string }): number {
    const key = this.#statement('SELECT key FROM calls WHERE id = ?').get(id)?.['key'];
    return typeof key === 'number' ? key : keyRange(startedAt).from;
  }

  #inTransaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite ends the transaction by itself after some errors, a full disk among them.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): HistoryEntry[] {
    return this.#statement(sql)
      .all(...values)
      .flatMap(entriesOf);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const filterConditions: Readonly<Record<HistoryQuery['filter'], string | undefined>> = {
  all: undefined,
  missed: `calls.outcome = 'missed'`,
  incoming: `calls.direction = 'incoming'`,
  outgoing: `calls.direction = 'outgoing'`,
};

/** The entry of a row; none where the row makes no sense, so that one bad row does not cost the page. */
function entriesOf(row: Record<string, unknown>): HistoryEntry[] {
  const result = historyEntrySchema.safeParse({
    id: row['id'],
    accountId: row['account_id'],
    direction: row['direction'],
    outcome: row['outcome'],
    name: row['name'],
    number: row['number'],
    via: row['via'],
    startedAt: row['started_at'],
    ringMs: row['ring_ms'],
    talkMs: row['talk_ms'],
    endedBy: row['ended_by'],
    errorCode: row['error_code'],
    dialled: row['dialled'],
    party: row['party'],
    emergency: row['emergency'] === 1,
    quality: row['quality'],
    recording: row['recording'],
    ring: ringOf(row['ring']),
    unseen: row['unseen'] === 1,
  });
  return result.success ? [result.data] : [];
}

/** The entry of an open call; undefined where another version of Commute wrote something else. */
function openEntryOf(text: unknown): HistoryEntry | undefined {
  try {
    const entry: unknown = JSON.parse(String(text));
    // a call that was begun before a Commute that keeps the ringing
    return historyEntrySchema.safeParse(isRecord(entry) ? { ring: null, ...entry } : entry).data;
  } catch {
    return undefined;
  }
}

/** What stands in the column; null where it makes no sense: the line of the list is worth more. */
function ringOf(text: unknown): RingRecord | null {
  if (typeof text !== 'string') return null;
  try {
    return ringRecordSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
