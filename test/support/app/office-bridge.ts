import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

const identitySchema = z.object({ certificate: z.string(), passwords: z.record(z.string(), z.string()) });

/**
 * A line to a practice office that a test can cut or disturb. The app signs in here with a password; what it says reaches the
 * office unchanged and back.
 */
export class OfficeBridge {
  readonly password: string;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #pairs = new Map<WebSocket, WebSocket>();
  readonly #sockets = new Set<Socket>();

  private constructor(http: Server, officePort: number, certificate: string, password: string) {
    this.#http = http;
    this.password = password;
    this.#webSockets = new WebSocketServer({ server: http, handleProtocols: () => 'sip' });
    http.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#webSockets.on('connection', (client) => this.#join(client, officePort, certificate));
  }

  /** @param base the folder of the Commute that runs the office @param user one of the office's people */
  static async start(base: string, officePort: number, user: string): Promise<OfficeBridge> {
    const file = readFileSync(join(base, 'practice-office', 'office-identity.json'), 'utf8');
    const { certificate, passwords } = identitySchema.parse(JSON.parse(file));
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new OfficeBridge(http, officePort, certificate, passwords[user] ?? '');
  }

  get address(): string {
    const { port } = this.#http.address() as AddressInfo;
    return `ws://127.0.0.1:${port}/ws`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Says something to the app that did not come from the office. */
  inject(frame: string | Uint8Array): void {
    for (const client of this.#pairs.keys()) client.send(frame);
  }

  /** Puts bytes on the app's sockets that are no WebSocket frame. */
  injectRaw(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  async close(): Promise<void> {
    for (const [client, office] of this.#pairs) {
      client.terminate();
      office.terminate();
    }
    this.#webSockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #join(client: WebSocket, port: number, ca: string): void {
    const office = new WebSocket(`wss://127.0.0.1:${port}/`, ['sip'], { ca });
    const waiting: string[] = [];
    this.#pairs.set(client, office);
    client.on('message', (data) => {
      if (office.readyState === WebSocket.OPEN) office.send(data.toString());
      else waiting.push(data.toString());
    });
    office.on('open', () => {
      for (const message of waiting.splice(0)) office.send(message);
    });
    office.on('message', (data) => client.send(data.toString()));
    const part = (): void => {
      this.#pairs.delete(client);
      client.terminate();
      office.terminate();
    };
    for (const side of [client, office]) side.on('close', part).on('error', part);
  }
}
