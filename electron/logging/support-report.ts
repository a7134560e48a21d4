import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
   * @throws the file system's error when the folder cannot be written
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
    await mkdir(folder, { recursive: true });
    const path = join(folder, `commute-report-${written.replace(/[:.]/g, '-')}.txt`);
    await writeFile(path, `${sections.filter((section) => section !== '').join('\n\n')}\n`, { mode: 0o600, flag: 'wx' });
    return path;
  }
}

async function readLog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Most of the older files do not exist yet, and a report without one of them is better than none.
    return '';
  }
}
