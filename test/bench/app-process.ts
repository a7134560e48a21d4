import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findRuntime } from '../../build/setup/runtime.mjs';
import { ensureTestUser } from '../../build/setup/test-user.mjs';
import { endProcessesNaming } from '#test/support/app/processes.ts';
import { stage } from '#test/support/app/staging.ts';
import { now, within } from './wall-clock.ts';

const patienceMs = 20_000;
const endPatienceMs = 3_000;

export interface AppStart {
  /** The folder with package.json. */
  readonly appFolder: string;
  readonly profileFolder: string;
  readonly args?: readonly string[];
}

/** An Electron app without anybody attached to it: nothing but the app itself takes time. */
export class AppProcess {
  /** When the operating system was asked for the process. */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  readonly #profileFolder: string;
  #output = '';

  private constructor(child: ChildProcess, startedAt: number, profileFolder: string) {
    this.#child = child;
    this.startedAt = startedAt;
    this.#profileFolder = profileFolder;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  static async start({ appFolder, profileFolder, args = [] }: AppStart): Promise<AppProcess> {
    const user = await ensureTestUser();
    const staged = stage(await findRuntime(), user, appFolder);
    const [command = '', ...words] = [...user.prefix, staged.executable, `--user-data-dir=${profileFolder}`, ...args, staged.appFolder];
    const startedAt = now();
    const child = spawn(command, words, {
      cwd: profileFolder,
      env: {
        PATH: process.env['PATH'],
        DISPLAY: process.env['DISPLAY'],
        HOME: user.home,
        LANG: 'en_US.UTF-8',
        LANGUAGE: 'en_US',
        XDG_CONFIG_HOME: profileFolder,
        XDG_CACHE_HOME: profileFolder,
        XDG_RUNTIME_DIR: profileFolder,
        TMPDIR: profileFolder,
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new AppProcess(child, startedAt, profileFolder);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The app did not start.');
    return this.#child.pid;
  }

  get output(): string {
    return this.#output;
  }

  /** The number behind a word that the app writes to its standard output. */
  async told(word: string): Promise<number> {
    const pattern = new RegExp(`^${word} ([\\d.]+)$`, 'm');
    const look = async (): Promise<number> => {
      for (;;) {
        const found = pattern.exec(this.#output)?.[1];
        if (found !== undefined) return Number(found);
        await once(this.#child.stdout ?? this.#child, 'data');
      }
    };
    return within(patienceMs, `"${word}" of the app`, look());
  }

  /** Ends the app, by force where it does not go by itself. */
  async dispose(): Promise<void> {
    this.#child.kill('SIGTERM');
    await endProcessesNaming(`--user-data-dir=${this.#profileFolder}`, endPatienceMs);
  }
}

/** Where Chromium tells the port of its debugging door. */
export function debuggingPortFile(profileFolder: string): string {
  return join(profileFolder, 'DevToolsActivePort');
}
