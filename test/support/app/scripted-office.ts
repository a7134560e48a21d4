import { randomUUID } from 'node:crypto';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type ReceivedSip, ScriptedServer, type ScriptedServerOptions } from '#test/support/sip/scripted-server.ts';

export interface Caller {
  /** As it stands in From: quoted, or not at all. */
  readonly displayName?: string;
  readonly user?: string;
}

/**
 * A telephone system for the app under test: it checks passwords, lets what the app dials ring for ever, and calls the app as
 * whoever a test wants. Sound it has none.
 */
export class ScriptedOffice {
  readonly server: ScriptedServer;
  readonly registrar: DigestRegistrar;

  private constructor(server: ScriptedServer, registrar: DigestRegistrar) {
    this.server = server;
    this.registrar = registrar;
    server.script = (received) => this.#answer(received);
  }

  static async start(options: ScriptedServerOptions = {}, registrar = new DigestRegistrar()): Promise<ScriptedOffice> {
    return new ScriptedOffice(await ScriptedServer.start(options), registrar);
  }

  get port(): number {
    return this.server.port;
  }

  /** As a person types it. */
  get address(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  /** Calls the app. @returns the status of its answer: 180 as soon as it rings */
  async call({ displayName = '"Bob Stone"', user = '202' }: Caller = {}): Promise<number> {
    const callId = randomUUID();
    const body = fakeSdp('far');
    this.server.sendToAll(
      [
        `INVITE ${this.#contact()} SIP/2.0`,
        `Via: SIP/2.0/WS office.test;branch=z9hG4bK-${callId}`,
        'Max-Forwards: 70',
        `From: ${displayName} <sip:${user}@127.0.0.1>;tag=${callId}`,
        'To: <sip:201@127.0.0.1>',
        `Call-ID: ${callId}`,
        'CSeq: 1 INVITE',
        `Contact: <sip:${user}@office.test;transport=ws>`,
        'Content-Type: application/sdp',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    const answer = () => this.server.responses.find((response) => response.callId === callId && response.status > 100);
    await this.server.until(() => answer() !== undefined);
    return answer()?.status ?? 0;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer(received: ReceivedSip): void {
    const { request } = received;
    if (request.method === 'REGISTER') this.registrar.script(received);
    else if (request.method === 'INVITE') received.reply(180);
    else if (request.method !== 'ACK') received.reply(200);
  }

  #contact(): string {
    const request: SipRequest | undefined = this.server.requestsOf('REGISTER').at(-1);
    const uri = /<([^>]+)>/.exec(request === undefined ? '' : (findHeader(request.headers, 'Contact') ?? ''))?.[1];
    if (uri === undefined) throw new Error('Nobody is registered at the scripted office.');
    return uri;
  }
}
