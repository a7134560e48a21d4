import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SocketReader } from '#electron/sip/transports/proxies/socket-reader.ts';
import type { Proxy } from '#shared/network/proxy-list.ts';
import type { TestCertificate } from './test-certificates.ts';

export interface ScriptedProxyOptions {
  /** With one it speaks TLS. */
  readonly certificate?: TestCertificate;
  readonly kind?: Proxy['kind'];
}

/** A proxy on 127.0.0.1 that remembers what it was asked and answers what a test says. */
export class ScriptedProxy {
  /** Heads of the CONNECT requests that came. */
  readonly heads: string[] = [];
  /** What SOCKS clients sent, message by message. */
  readonly messages: Buffer[] = [];
  /** The answer to CONNECT; undefined opens the tunnel. */
  answer: (head: string) => string | undefined = () => undefined;
  /** SOCKS: whom to let in, undefined for everybody; and the reply to a request. */
  account: { readonly user: string; readonly password: string } | undefined;
  reply = 0;
  readonly #kind: Proxy['kind'];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();

  private constructor({ certificate, kind }: ScriptedProxyOptions) {
    this.#kind = kind ?? (certificate === undefined ? 'http' : 'https');
    const accept = (socket: Socket): void => void this.#serve(socket).catch(() => socket.destroy());
    this.#server =
      certificate === undefined ? createServer(accept) : createTlsServer({ key: certificate.key, cert: certificate.certificate }, accept);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#wake();
      });
      this.#wake();
    });
  }

  static async start(options: ScriptedProxyOptions = {}): Promise<ScriptedProxy> {
    const proxy = new ScriptedProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get proxy(): Proxy {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return { kind: this.#kind, host: '127.0.0.1', port: address.port };
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Resolves as soon as the condition holds; looked at at each connection, request and end. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  async #serve(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    const reader = new SocketReader(socket);
    if (this.#kind === 'socks5') return this.#serveSocks(socket, reader);
    const head = await reader.readHead(65_536);
    reader.release();
    this.heads.push(head);
    this.#wake();
    const answer = this.answer(head);
    if (answer !== undefined) return void socket.end(answer);
    const [, host = '', port = ''] = /^CONNECT \[?(.+?)\]?:(\d+) /.exec(head) ?? [];
    socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
    join(socket, host, Number(port));
  }

  async #serveSocks(socket: Socket, reader: SocketReader): Promise<void> {
    const note = async (count: number): Promise<Buffer> => {
      const bytes = await reader.read(count);
      this.messages.push(bytes);
      this.#wake();
      return bytes;
    };
    const count = (await reader.read(2)).readUInt8(1);
    const methods = [...(await note(count))];
    const wanted = this.account === undefined ? 0 : 2;
    if (!methods.includes(wanted)) return void socket.end(Buffer.from([5, 255]));
    socket.write(Buffer.from([5, wanted]));
    if (this.account !== undefined) {
      const user = await note((await reader.read(2)).readUInt8(1));
      const password = await note((await reader.read(1)).readUInt8(0));
      const isRight = user.toString() === this.account.user && password.toString() === this.account.password;
      socket.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return void socket.end();
    }
    const type = (await reader.read(4)).readUInt8(3);
    const length = type === 1 ? 4 : type === 4 ? 16 : (await reader.read(1)).readUInt8(0);
    const address = await note(length);
    const port = (await note(2)).readUInt16BE(0);
    socket.write(Buffer.from([5, this.reply, 0, 1, 127, 0, 0, 1, 0, 0]));
    if (this.reply !== 0) return void socket.end();
    reader.release();
    join(socket, type === 1 ? [...address].join('.') : address.toString(), port);
  }
}

function join(client: Socket, host: string, port: number): void {
  const server = connect({ host, port });
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.on('close', () => server.destroy());
  client.pipe(server).pipe(client);
}
