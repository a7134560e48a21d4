import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { redactForExport } from '#shared/logging/redact-for-export.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { RotatingLog } from './rotating-log.ts';
import type { SipLadder } from './sip-ladder.ts';

export interface SupportReportOptions {
  readonly log: RotatingLog;
  readonly ladder: SipLadder;
  readonly clock: Clock;
  /** What the reader must know first: versions, platform. No secrets, no names. */
  readonly about: Readonly<Record<string, string>>;
}

/** One text file for whoever helps: versions, all log files, all SIP ladders; without secrets, numbers and names. */
export class SupportReport {
  readonly #options: SupportReportOptions;

  constructor(options: SupportReportOptions) {
    this.#options = options;
  }

  /**
   * Writes the report into `folder` (made if missing) as a new file that only this user can read.
   * @returns the path of the file
   * @throws AppError `disk-full`, `settings-unwritable` (details: `path`, `reason`)
   */
  async collect(folder: string): Promise<string> {
    const { log, ladder, clock, about } = this.#options;
    await log.flush();
    const written = new Date(clock.wallMs()).toISOString();
    const sections = [
      ['Commute report', `written: ${written}`, ...Object.entries(about).map(([name, value]) => `${name}: ${value}`)].join('\n'),
      ...(await Promise.all(log.paths.map(readLog))).map(redactForExport),
      ...ladder.callIds.map((callId) => ladder.ladder(callId, { forExport: true })),
    ];
    const path = join(folder, `commute-report-${written.replace(/[:.]/g, '-')}.txt`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(path, `${sections.filter((section) => section !== '').join('\n\n')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw reportError(error, path);
    }
    return path;
  }
}

function reportError(error: unknown, path: string): AppError {
  const reason = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  const code = reason === 'ENOSPC' || reason === 'EDQUOT' ? 'disk-full' : 'settings-unwritable';
  return new AppError(code, { details: { path, reason }, cause: error });
}

async function readLog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Most of the older files do not exist yet, and a report without one of them is better than none.
    return '';
  }
}
