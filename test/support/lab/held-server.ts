import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where the lab's scripts are. */
export const scripts = fileURLToPath(new URL('../../lab', import.meta.url));
const addressAttempts = 5;

export interface HeldServer {
  /** The loopback address that only this server listens on. */
  readonly host: string;
  /** Its own state folder, removed by `dispose`. */
  readonly folder: string;
  /** Runs a script of the lab against this server and returns what it printed. `settings`: further `LAB_` variables. */
  script(name: string, args: readonly string[], settings?: Readonly<Record<string, string>>): Promise<string>;
  /** Ends the server and removes its folder. */
  dispose(): Promise<void>;
}

/** Where a server runs that does not run here: its address there, and what is put before a command so that it runs there. */
export interface ServerPlace {
  readonly host: string;
  readonly prefix: readonly string[];
}

/**
 * Starts a server of the lab on a loopback address and in a folder of its own, so that any number run side by side.
 * It ends with `dispose`, and also when this process ends in whatever way: `hold.sh` watches the pipe between them.
 * @param settings further `LAB_` variables, given the chosen host
 * @throws Error with one sentence when the server cannot be had
 */
export async function holdServer(
  server: 'asterisk' | 'coturn' | 'proxy',
  settings: (host: string) => Readonly<Record<string, string>> = () => ({}),
  place?: ServerPlace,
): Promise<HeldServer> {
  const run = await mkdtemp(join(tmpdir(), `lab-${server}-`));
  for (let attempt = 1; ; attempt += 1) {
    const host = place?.host ?? randomLoopback();
    const env = { ...process.env, LAB_RUN: run, LAB_IP: host, ...settings(host) };
    const outcome = await holdUp([server], env, place?.prefix);
    if ('child' in outcome) return held(server, outcome.child, host, run, env);
    if (place === undefined && attempt < addressAttempts && outcome.complaint.includes('is taken by another program')) continue;
    await rm(run, { recursive: true, force: true });
    throw new Error(
      `The test server ${server} did not start; its packages come from the Debian mirror that apt uses, so check that "apt-get update" works here. ${outcome.complaint}`,
    );
  }
}

/** The `hold.sh` that keeps something up, or what it said when it could not. */
export type Outcome = { readonly child: ChildProcess } | { readonly complaint: string };

/**
 * @param args of `hold.sh`: what to bring up, and its own arguments
 * @param prefix what is put before the command so that it runs elsewhere
 * @returns when it is up, or cannot be
 */
export async function holdUp(
  args: readonly [server: string, ...rest: string[]],
  env: NodeJS.ProcessEnv,
  prefix: readonly string[] = [],
): Promise<Outcome> {
  const [server] = args;
  const [program = '', ...words] = [...prefix, join(scripts, 'hold.sh'), ...args];
  const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const output: string[] = [];
  const collect = (chunk: Buffer): void => void output.push(chunk.toString());
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      collect(chunk);
      if (output.join('').includes(`${server} up: `)) resolve({ child });
    });
    child.once('error', (error) => resolve({ complaint: error.message }));
    child.once('exit', () => resolve({ complaint: output.join('').trim() }));
  });
}

function held(server: string, child: ChildProcess, host: string, run: string, env: NodeJS.ProcessEnv): HeldServer {
  const execute = promisify(execFile);
  return {
    host,
    folder: join(run, server),
    async script(name, args, settings = {}) {
      const { stdout } = await execute(join(scripts, name), [...args], { env: { ...env, ...settings } });
      return stdout;
    },
    async dispose() {
      await letGo(child);
      await rm(run, { recursive: true, force: true });
    },
  };
}

/** Takes down what `holdUp` brought up. */
export async function letGo(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

/** Every address in 127.0.0.0/8 is this machine; one nobody else uses makes every port free. */
function randomLoopback(): string {
  return `127.${randomInt(10, 250)}.${randomInt(1, 250)}.${randomInt(2, 250)}`;
}
