import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { AppError } from '#shared/errors/app-error.ts';
import { canonicalAddress, type StunAddress } from '#shared/network/stun/address.ts';
import { isOptional, stunAttributes } from '#shared/network/stun/attributes.ts';
import { decodeStun, encodeStun, type StunMessage, stunMethods } from '#shared/network/stun/message.ts';
import { retransmissionTimes } from '#shared/network/stun/timing.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Random } from '#shared/util/random.ts';

export interface StunClientOptions {
  readonly family: 4 | 6;
  readonly clock: Clock;
  readonly random: Random;
  /** Speaks to this address only: the socket learns its own address by it, and the system tells it what ICMP says. */
  readonly peer?: StunAddress;
}

export interface StunQuestion {
  readonly to: StunAddress;
  readonly attributes?: readonly { readonly type: number; readonly value: Uint8Array }[];
  readonly rtoMs: number;
  /** Milliseconds until it is given up. */
  readonly deadlineMs: number;
  /** The server was asked to answer from elsewhere. */
  readonly fromAnywhere?: boolean;
}

/** A message, and where it came from. */
export interface StunReception {
  readonly message: StunMessage;
  readonly from: StunAddress;
}

/** Why no answer came: nothing at all, an ICMP message or a missing route, or the server's own refusal. */
export type StunFailure = 'silent' | 'unreachable' | 'refused';

interface Pending {
  readonly question: StunQuestion;
  readonly timers: DisposableStore;
  readonly settle: (outcome: StunReception | StunFailure) => void;
}

const knownAttributes: ReadonlySet<number> = new Set(Object.values(stunAttributes));

/** One UDP socket that asks STUN servers: transactions, retransmission, and whom an answer may come from (RFC 8489 section 6). */
export class StunClient implements Disposable {
  readonly #options: StunClientOptions;
  readonly #socket: Socket;
  readonly #pending = new Map<string, Pending>();
  readonly #stray = new Emitter<StunReception>();
  #disposed = false;

  /** Everything that answers no question of this socket: requests, and answers to questions of another one. */
  readonly onStray = this.#stray.event;

  /** @throws Error of `bind` or `connect` */
  static async open(options: StunClientOptions): Promise<StunClient> {
    const client = new StunClient(options);
    try {
      await client.#bind();
      return client;
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  private constructor(options: StunClientOptions) {
    this.#options = options;
    this.#socket = createSocket(options.family === 4 ? { type: 'udp4' } : { type: 'udp6', ipv6Only: true });
    this.#socket.on('message', (bytes, sender) => this.#receive(bytes, sender));
    // with a peer these are ICMP messages about it; without one they name nobody
    this.#socket.on('error', () => {
      if (options.peer !== undefined) for (const { settle } of [...this.#pending.values()]) settle('unreachable');
    });
  }

  /** Our own end; the address is the unspecified one as long as there is no peer. */
  get local(): StunAddress {
    const { address, port } = this.#socket.address();
    return { family: this.#options.family, address: plain(address), port };
  }

  /**
   * Sends a Binding request, again and again until the deadline.
   * @returns the success response
   * @throws AppError `stun-unreachable` with details `server` and `reason` (a `StunFailure`; `code` where the server refused)
   */
  async ask(question: StunQuestion): Promise<StunReception> {
    const outcome = await this.#transact(question);
    const { address, port } = question.to;
    const failed = (reason: StunFailure): AppError =>
      new AppError('stun-unreachable', { details: { server: `${address}:${port}`, reason } });
    if (typeof outcome === 'string') throw failed(outcome);
    // RFC 8489 section 6.3.3: a response that cannot be wholly understood is none
    if (outcome.message.attributes.some(({ type }) => !isOptional(type) && !knownAttributes.has(type))) throw failed('refused');
    if (outcome.message.class === 'error') throw failed('refused');
    return outcome;
  }

  /** Sends one Binding request and waits for nothing. @returns its transaction id in hexadecimal */
  tell(to: StunAddress, attributes: StunQuestion['attributes'] = []): string {
    const { id, bytes } = this.#request(attributes);
    this.#send(bytes, to, () => {});
    return id;
  }

  /** What was asked and not answered ends as silent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const { settle } of [...this.#pending.values()]) settle('silent');
    this.#stray.dispose();
    this.#socket.close();
  }

  #bind(): Promise<void> {
    const { peer } = this.#options;
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind({ port: 0, exclusive: true }, () => {
        this.#socket.off('error', reject);
        if (peer === undefined) resolve();
        else this.#socket.connect(peer.port, peer.address, (error?: Error) => (error === undefined ? resolve() : reject(error)));
      });
    });
  }

  #request(attributes: StunQuestion['attributes']): { readonly id: string; readonly bytes: Uint8Array } {
    const id = this.#options.random.hex(12);
    const transactionId = Uint8Array.from(Buffer.from(id, 'hex'));
    return { id, bytes: encodeStun({ class: 'request', method: stunMethods.binding, transactionId, attributes: attributes ?? [] }) };
  }

  #transact(question: StunQuestion): Promise<StunReception | StunFailure> {
    if (this.#disposed) return Promise.resolve('silent');
    const { id, bytes } = this.#request(question.attributes);
    return new Promise((resolve) => {
      const timers = new DisposableStore();
      const settle = (outcome: StunReception | StunFailure): void => {
        this.#pending.delete(id);
        timers.dispose();
        resolve(outcome);
      };
      this.#pending.set(id, { question, timers, settle });
      const send = (): void => this.#send(bytes, question.to, () => settle('unreachable'));
      const { clock } = this.#options;
      for (const atMs of retransmissionTimes(question.rtoMs, question.deadlineMs)) timers.add(clock.schedule(atMs, send));
      // a busy process runs late timers before it reads what came in time
      timers.add(clock.schedule(question.deadlineMs, () => setImmediate(() => settle('silent'))));
      send();
    });
  }

  #send(bytes: Uint8Array, to: StunAddress, onError: () => void): void {
    const done = (error: Error | null): void => {
      if (error !== null && !this.#disposed) onError();
    };
    if (this.#disposed) return;
    if (this.#options.peer === undefined) this.#socket.send(bytes, to.port, to.address, done);
    else this.#socket.send(bytes, done);
  }

  #receive(bytes: Uint8Array, sender: RemoteInfo): void {
    const message = decodeStun(bytes);
    if (message === undefined) return;
    const from: StunAddress = { family: this.#options.family, address: plain(sender.address), port: sender.port };
    const pending = this.#pending.get(Buffer.from(message.transactionId).toString('hex'));
    if (pending === undefined || message.class === 'request' || message.class === 'indication') {
      this.#stray.fire({ message, from });
      return;
    }
    const { to, fromAnywhere } = pending.question;
    const isFromThere = from.port === to.port && from.address === plain(to.address);
    if (isFromThere || fromAnywhere === true) pending.settle({ message, from });
  }
}

/** One way to write an address, without the interface that a link-local one may carry. */
function plain(address: string): string {
  const bare = address.replace(/%.*$/, '');
  return canonicalAddress(bare) ?? bare;
}
