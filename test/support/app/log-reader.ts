import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

/** All that stands in the log files of a profile, oldest line first. */
export function readLog(profileFolder: string): string {
  const folder = join(profileFolder, 'logs');
  if (!existsSync(folder)) return '';
  const names = readdirSync(folder)
    .filter((name) => /^commute(\.\d+)?\.log$/.test(name))
    .sort()
    .reverse();
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

/** Waits until a line of the log fits; the file is read again whenever it changes. @throws Error with the log's end */
export async function logged(profileFolder: string, pattern: RegExp, timeoutMs = 10_000): Promise<string> {
  const find = (): string | undefined =>
    readLog(profileFolder)
      .split('\n')
      .find((line) => pattern.test(line));
  const present = find();
  if (present !== undefined) return present;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      watcher.close();
    };
    const look = (): void => {
      const line = find();
      if (line === undefined) return;
      settle();
      resolve(line);
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Error(`No line of the log fits ${String(pattern)}; its end:\n${readLog(profileFolder).slice(-3_000)}`));
    }, timeoutMs);
    const watcher = watch(profileFolder, { recursive: true }, look);
    look();
  });
}
