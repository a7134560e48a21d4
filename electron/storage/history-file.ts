import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '#shared/errors/app-error.ts';
import { writeError } from './atomic-file.ts';
import { fileErrorCode } from './file-system.ts';
import { historyMigrations } from './migrations/list.ts';

/** Opens the file of a database; a test makes it a small or broken one. */
export type OpenDatabase = (path: string) => DatabaseSync;

/** Primary SQLite result codes (https://www.sqlite.org/rescode.html). */
const resultCode = { corrupt: 11, full: 13, notADatabase: 26 } as const;

/**
 * Opens the history, checks it and brings it to the newest form.
 * @throws AppError `settings-newer` for the file of a newer Commute; else what `node:sqlite` throws
 */
export function openHistory(path: string, open: OpenDatabase = (file) => new DatabaseSync(file)): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = open(path);
  try {
    // WAL with synchronous=normal: a commit survives the death of the process; a power cut may cost the last commits, never the file.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 1000;');
    check(database);
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether an error of `node:sqlite` says that the file's content cannot be trusted. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return error instanceof DamagedDatabase || code === resultCode.corrupt || code === resultCode.notADatabase;
}

/**
 * What `node:sqlite` or the file system threw as a typed error: `disk-full`, `settings-unwritable` for everything else that a disk does,
 * `internal` for what is no disk's fault.
 */
export function historyError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const sqlite = primaryCode(error);
  const reason = sqlite === undefined ? fileErrorCode(error) : `SQLite ${sqlite}`;
  const details = { path, file: basename(path), reason };
  if (sqlite === resultCode.full) return new AppError('disk-full', { details, cause: error });
  if (sqlite !== undefined) return new AppError('settings-unwritable', { details, cause: error });
  if (/^E[A-Z0-9]+$/.test(reason)) return writeError(error, path);
  const what = error instanceof Error ? error.message : String(error);
  return new AppError('internal', { kind: 'bug', details: { path, what }, cause: error });
}

/**
 * Moves a damaged database with its journal to `<name>.damaged-<time>`, never over another file.
 * @returns where the database file is now
 */
export function setHistoryAside(path: string, wallMs: number): string {
  const wanted = `${path}.damaged-${new Date(wallMs).toISOString().replaceAll(':', '-')}`;
  let target = wanted;
  for (let attempt = 2; existsSync(target); attempt++) target = `${wanted}-${attempt}`;
  renameSync(path, target);
  for (const suffix of ['-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  return target;
}

class DamagedDatabase extends Error {}

function check(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA quick_check(1)').get();
  if (row?.['quick_check'] !== 'ok') throw new DamagedDatabase('quick_check failed');
}

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > historyMigrations.length) throw new AppError('settings-newer', { details: { path, version } });
  for (const [index, sql] of historyMigrations.entries()) {
    if (index >= version) database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
