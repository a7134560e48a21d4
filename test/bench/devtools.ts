import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { debuggingPortFile } from './app-process.ts';
import { within } from './wall-clock.ts';

const patienceMs = 20_000;
const portPollMs = 5;
const lostAfterMs = 150;

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const targetSchema = z.object({ targetInfo: z.object({ targetId: z.string(), type: z.string(), url: z.string() }) });
const attachedSchema = z.object({ sessionId: z.string() });
const evaluatedSchema = z.object({ result: z.object({ value: z.unknown().optional() }), exceptionDetails: z.unknown().optional() });

type Message = z.infer<typeof messageSchema>;

/** The few words of Chromium's debugging protocol that a key press takes. A full driver would slow the start that is measured. */
export class DevTools {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #serial = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(messageSchema.parse(JSON.parse(data.toString()))));
  }

  /** Connects to an app started with `--remote-debugging-port=0` as soon as its door is open. */
  static async connect(profileFolder: string): Promise<DevTools> {
    const [port, path] = await within(patienceMs, 'the debugging port', readPort(profileFolder));
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new DevTools(socket);
  }

  /** The session of the page whose address contains `part`, as soon as there is one. */
  async page(part: string): Promise<string> {
    const found = new Promise<string>((resolve) => {
      this.#listeners.add(({ method, params }) => {
        if (method !== 'Target.targetCreated' && method !== 'Target.targetInfoChanged') return;
        const { targetInfo } = targetSchema.parse(params);
        if (targetInfo.type === 'page' && targetInfo.url.includes(part)) resolve(targetInfo.targetId);
      });
    });
    await this.#send('Target.setDiscoverTargets', { discover: true });
    const targetId = await within(patienceMs, `a page ${part}`, found);
    return attachedSchema.parse(await this.#send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  }

  /** The number that an expression comes to; waits for a promise. */
  async evaluate(session: string, expression: string): Promise<number> {
    const answer = await within(
      patienceMs,
      'an answer of the page',
      this.#send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, session),
    );
    const { result, exceptionDetails } = evaluatedSchema.parse(answer);
    if (exceptionDetails !== undefined) throw new Error(`The page failed: ${JSON.stringify(exceptionDetails)}`);
    return z.number().parse(result.value);
  }

  /** Whether an expression comes to 1 now. A page that is about to give way to the next answers with an error, or never: no. */
  async holds(session: string, expression: string): Promise<boolean> {
    const answer = this.evaluate(session, expression).catch(() => 0);
    return (await Promise.race([answer, delay(lostAfterMs, 0)])) === 1;
  }

  /** Presses a key as the keyboard would. */
  async press(session: string, text: string): Promise<void> {
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', text, key: text }, session);
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', key: text }, session);
  }

  dispose(): void {
    this.#socket.terminate();
  }

  #send(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = ++this.#serial;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) => {
        this.#answers.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  }

  #receive(message: Message): void {
    if (message.id !== undefined) this.#answers.get(message.id)?.(message);
    for (const listener of [...this.#listeners]) listener(message);
  }
}

async function readPort(profileFolder: string): Promise<[port: string, path: string]> {
  for (;;) {
    const [port, path] = readOrEmpty(debuggingPortFile(profileFolder)).split('\n');
    if (port !== undefined && path !== undefined && path !== '') return [port, path];
    await delay(portPollMs);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
