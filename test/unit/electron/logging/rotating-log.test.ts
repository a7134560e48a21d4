import * as nodeFiles from 'node:fs';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogFiles, RotatingLog } from '#electron/logging/rotating-log.ts';
import type { LogRecord } from '#shared/logging/format-line.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('RotatingLog', () => {
  let folder: TempFolder;
  let clock: VirtualClock;
  beforeEach(() => {
    folder = new TempFolder('log');
    clock = new VirtualClock();
  });
  afterEach(() => folder.dispose());

  const record = (message: string): LogRecord => ({ at: 0, level: 'info', name: 'test', message, fields: {} });
  const read = (name = 'commute.log'): string => readFileSync(folder.file('logs', name), 'utf8');
  const newLog = (options: { files?: LogFiles; maxBytes?: number } = {}) =>
    new RotatingLog({ folder: folder.file('logs'), clock, ...options });

  /** A disk that can be made full, and whose appends can be held back. */
  class TestFiles implements LogFiles {
    full = false;
    gate: Promise<void> | undefined;
    readonly mkdirSync = nodeFiles.mkdirSync;
    readonly statSync = nodeFiles.statSync;
    readonly renameSync = nodeFiles.renameSync;

    appendFileSync(path: string, text: string, options: { mode: number }): void {
      if (this.full) {
        // As a real disk does: some of it still fits.
        nodeFiles.appendFileSync(path, text.slice(0, 10), options);
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      }
      nodeFiles.appendFileSync(path, text, options);
    }

    readonly promises = {
      appendFile: async (path: string, text: string, options: { mode: number }): Promise<void> => {
        await this.gate;
        this.appendFileSync(path, text, options);
      },
    };
  }

  it('touches nothing before the first line, gathers lines and appends them after a moment', async () => {
    const log = newLog();
    expect(existsSync(folder.file('logs'))).toBe(false);
    log.write(record('one'));
    log.write(record('two password=secret'));
    expect(existsSync(folder.file('logs'))).toBe(false);
    expect(clock.pendingCount).toBe(1);
    clock.advance(250);
    await log.flush();
    expect(read()).toBe('1970-01-01T00:00:00.000Z INFO  test one\n1970-01-01T00:00:00.000Z INFO  test two password=[removed]\n');
    expect(statSync(folder.file('logs', 'commute.log')).mode & 0o777).toBe(0o600);
    expect(clock.pendingCount).toBe(0);
    log.dispose();
  });

  it('goes on in the file of the run before', async () => {
    mkdirSync(folder.file('logs'));
    writeFileSync(folder.file('logs', 'commute.log'), 'before\n');
    const log = newLog();
    log.write(record('after'));
    await log.flush();
    expect(read()).toMatch(/^before\n.*after\n$/);
    log.dispose();
  });

  it('keeps five files within their size, the newest lines first in name', async () => {
    const log = newLog({ maxBytes: 100 });
    for (let index = 0; index < 16; index++) {
      log.write(record(`line ${index} ${'x'.repeat(5)}`));
      await log.flush();
    }
    log.dispose();
    expect(nodeFiles.readdirSync(folder.file('logs')).sort()).toEqual([
      'commute.1.log',
      'commute.2.log',
      'commute.3.log',
      'commute.4.log',
      'commute.log',
    ]);
    expect(log.paths.map((path) => readFileSync(path, 'utf8').match(/line \d+/g))).toEqual([
      ['line 6', 'line 7'],
      ['line 8', 'line 9'],
      ['line 10', 'line 11'],
      ['line 12', 'line 13'],
      ['line 14', 'line 15'],
    ]);
  });

  it('drops lines on a full disk and says so in one line when there is room again', async () => {
    const files = new TestFiles();
    const log = newLog({ files });
    log.write(record('kept'));
    await log.flush();
    files.full = true;
    for (const message of ['lost 1', 'lost 2']) {
      log.write(record(message));
      await log.flush();
    }
    files.full = false;
    log.write(record('back'));
    await log.flush();
    log.write(record('more'));
    await log.flush();
    expect(read().match(/lines=\d+ reason=\w+/g)).toEqual(['lines=2 reason=ENOSPC']);
    expect(read()).toMatch(/\n[^\n]*WARN {2}logging Lines were dropped lines=2 reason=ENOSPC\n[^\n]*back\n[^\n]*more\n$/);
    log.dispose();
  });

  it('keeps a bounded amount while the disk hangs', async () => {
    const files = new TestFiles();
    let open = (): void => {};
    files.gate = new Promise((resolve) => (open = resolve));
    const log = newLog({ files });
    log.write(record('first'));
    clock.advance(250);
    for (let index = 0; index < 300; index++) log.write(record('y'.repeat(10_000)));
    open();
    await log.flush();
    log.write(record('last'));
    await log.flush();
    expect(read().length).toBeLessThan(1_200_000);
    expect(read()).toMatch(/lines=19\d reason="too many lines at once"/);
    log.dispose();
  });

  it('writes the rest when it is disposed, and stays silent after', () => {
    const log = newLog();
    log.write(record('last words'));
    log.dispose();
    log.dispose();
    log.write(record('too late'));
    expect(read()).toMatch(/last words\n$/);
    expect(clock.pendingCount).toBe(0);
  });

  it('writes at once before a crash, even while an append is under way', async () => {
    const files = new TestFiles();
    let open = (): void => {};
    files.gate = new Promise((resolve) => (open = resolve));
    const log = newLog({ files });
    log.write(record('under way'));
    clock.advance(250);
    log.write(record('fatal'));
    log.flushSync();
    expect(read()).toContain('fatal');
    open();
    await log.flush();
    expect(read()).toContain('under way');
    log.dispose();
  });

  it('survives a folder that cannot be made', async () => {
    writeFileSync(folder.file('logs'), 'a file in the way');
    const log = newLog();
    log.write(record('lost'));
    await log.flush();
    log.dispose();
    expect(readFileSync(folder.file('logs'), 'utf8')).toBe('a file in the way');
  });
});
