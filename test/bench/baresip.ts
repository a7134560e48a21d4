import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#test/support/app/free-port.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import type { MeasuringServer } from './measuring-server.ts';
import { now, within } from './wall-clock.ts';

const script = fileURLToPath(new URL('../lab/baresip.sh', import.meta.url));
/** The first run unpacks it. */
const patienceMs = 120_000;

type Command = 'accept' | 'dial' | 'hangup' | 'hold' | 'resume';

/** The fastest of the open softphones, without a window and without a sound device: a native anchor for the same verbs. */
export class Baresip {
  readonly #child: ChildProcess;
  readonly #control: Socket;
  readonly #folder: { dispose(): Promise<void> };

  private constructor(child: ChildProcess, control: Socket, folder: { dispose(): Promise<void> }) {
    this.#child = child;
    this.#control = control;
    this.#folder = folder;
    control.on('error', () => undefined);
    control.resume();
  }

  /** Resolves when it is registered. */
  static async start(server: MeasuringServer): Promise<Baresip> {
    const folder = await createTempFolder('bench-baresip');
    const controlPort = await freePort();
    const settings = [
      'module g711.so',
      'module aubridge.so',
      'module_app account.so',
      'module_app menu.so',
      'module_app ctrl_tcp.so',
      `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
      'audio_player aubridge,a',
      'audio_source aubridge,b',
      'audio_alert aubridge,c',
      'sip_listen 127.0.0.1:0',
    ];
    await writeFile(join(folder.path, 'settings'), settings.map((line) => `${line}\n`).join(''));
    await writeFile(join(folder.path, 'accounts'), `<sip:201@127.0.0.1:${server.port};transport=tcp>;auth_pass=x;regint=600\n`);
    await writeFile(join(folder.path, 'contacts'), '');
    const registered = server.next('REGISTER');
    const child = spawn(script, [folder.path], { stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`baresip ended: ${output.join('').slice(-1_000)}`);
    });
    ended.catch(() => undefined);
    await within(patienceMs, 'baresip to register', Promise.race([registered, ended]));
    const control = connect(controlPort, '127.0.0.1');
    await once(control, 'connect');
    control.setNoDelay(true);
    return new Baresip(child, control, folder);
  }

  /** Gives an order as its control socket takes it (a netstring with JSON). @returns when it left */
  order(command: Command, params?: string): number {
    const json = JSON.stringify({ command, ...(params === undefined ? {} : { params }) });
    const at = now();
    this.#control.write(`${Buffer.byteLength(json)}:${json},`);
    return at;
  }

  async dispose(): Promise<void> {
    this.#control.destroy();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
    await this.#folder.dispose();
  }
}
