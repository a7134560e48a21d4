import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { Server } from '#shared/profiles/account.ts';
import { makeCertificate, type TestCertificate } from './test-certificates.ts';

/** Where whoever is behind the gateway seems to be. */
export const gatewayHost = 'gateway.test';

/**
 * A gateway as routers have it (RFC 3665 section 3.5): who is behind it speaks to it as to the server, and it puts its own address in the
 * place of theirs into all that passes, and back.
 */
export class SipGateway {
  readonly #certificate: TestCertificate;
  readonly #https: HttpsServer;
  readonly #webSockets: WebSocketServer;

  private constructor(certificate: TestCertificate, connect: () => WebSocket) {
    this.#certificate = certificate;
    this.#https = createServer({ key: certificate.key, cert: certificate.certificate });
    this.#webSockets = new WebSocketServer({ server: this.#https, handleProtocols: () => 'sip' });
    this.#webSockets.on('connection', (inner) => join(inner, connect()));
  }

  /** @param connect opens a connection to the server behind */
  static async start(connect: () => WebSocket): Promise<SipGateway> {
    const gateway = new SipGateway(await makeCertificate(), connect);
    await new Promise<void>((resolve) => gateway.#https.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get server(): Server {
    const { port } = this.#https.address() as AddressInfo;
    const { fingerprint } = this.#certificate;
    return { host: '127.0.0.1', port, transport: 'wss', path: '/', trust: { kind: 'pinned', fingerprint } };
  }

  dispose(): void {
    for (const client of this.#webSockets.clients) client.terminate();
    this.#webSockets.close();
    this.#https.close();
  }
}

function join(inner: WebSocket, outer: WebSocket): void {
  const early: string[] = [];
  let host = '';
  inner.on('message', (data: Buffer) => {
    const text = data.toString();
    host = /^Contact:.*?<sip:[^@>]*@([^;:>]+)/im.exec(text)?.[1] ?? host;
    const seen = host === '' ? text : text.replaceAll(host, gatewayHost);
    if (outer.readyState === WebSocket.OPEN) outer.send(seen);
    else early.push(seen);
  });
  outer.on('open', () => {
    for (const text of early) outer.send(text);
  });
  outer.on('message', (data: Buffer) => inner.send(data.toString().replaceAll(gatewayHost, host)));
  outer.on('error', () => inner.terminate());
  inner.on('close', () => outer.close());
  outer.on('close', () => inner.close());
}
