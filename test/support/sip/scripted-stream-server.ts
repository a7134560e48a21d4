import { createServer, type Server, type Socket } from 'node:net';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import { StreamFramer } from '#shared/sip/stream-framer.ts';
import { answerTo, type Script } from './scripted-server.ts';

/** The scripted server for phones that speak SIP over TCP (RFC 3261 section 18). */
export class ScriptedStreamServer {
  readonly requests: SipRequest[] = [];
  readonly responses: SipResponse[] = [];
  script: Script = () => undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(): Promise<ScriptedStreamServer> {
    const server = new ScriptedStreamServer();
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return address.port;
  }

  /** Resolves as soon as the condition holds; looked at after everything that arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  sendToAll(frame: string | Uint8Array): void {
    for (const socket of this.#sockets) socket.write(frame);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    const framer = new StreamFramer();
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind === 'ping') socket.write('\r\n');
        if (event.kind !== 'message') continue;
        const { message } = event;
        if (message.kind === 'response') this.responses.push(message);
        else {
          this.requests.push(message);
          this.script({
            request: message,
            connection: { send: (frame) => void socket.write(frame), cut: () => socket.destroy() },
            reply: (status, headers = [], reason) => void socket.write(answerTo(message, status, headers, reason)),
          });
        }
      }
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const wake of waiting) wake();
    });
  }
}
