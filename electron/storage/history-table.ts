import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type HistoryEntry, historyEntrySchema, type HistoryQuery } from '#shared/calls/history-entry.ts';
import { digitsOf, historySearchOf } from './history-search.ts';

/** How many calls may begin in the same millisecond. */
const keysPerMs = 1024;

const columns = 'id, account_id, direction, outcome, name, number, via, started_at, ring_ms, talk_ms, ended_by, error_code, unseen';

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

  /** Adds entries or replaces those with the same id: all of them or none. */
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

  #putOne(entry: HistoryEntry): void {
    this.#run('DELETE FROM calls WHERE id = ?', entry.id);
    this.#run(
      `INSERT INTO calls (key, digits, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      this.#freeKey(entry.startedAt),
      digitsOf(entry.number),
      entry.id,
      entry.accountId,
      entry.direction,
      entry.outcome,
      entry.name,
      entry.number,
      entry.via,
      entry.startedAt,
      entry.ringMs,
      entry.talkMs,
      entry.endedBy,
      entry.errorCode,
      entry.unseen ? 1 : 0,
    );
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
    unseen: row['unseen'] === 1,
  });
  return result.success ? [result.data] : [];
}
