import { createHash, createHmac } from 'node:crypto';
import { isSealed, type Seal, sealStun, type StunHashes } from '#shared/network/stun/integrity.ts';
import { decodeStun, encodeStun, type StunMessage, type StunParts, stunMethods } from '#shared/network/stun/message.ts';
import { retransmissionTimes, rtoOf } from '#shared/network/stun/timing.ts';
import { afterRefusal, mostAttempts, signed, type TurnChallenge, type TurnUser } from '#shared/network/stun/turn-credentials.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Random } from '#shared/util/random.ts';
import type { TurnChannel } from './turn-channel.ts';

export interface TurnTransactionsOptions {
  readonly channel: TurnChannel;
  readonly user: TurnUser;
  readonly clock: Clock;
  readonly random: Random;
}

/** A refusal that is not about credentials that were missing or stale. */
export class TurnRefusal extends Error {
  override readonly name = 'TurnRefusal';
  readonly status: number;
  readonly reason: string;

  constructor({ status, reason }: { readonly status: number; readonly reason: string }) {
    super(`${status} ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** The server cannot be spoken to (any more). */
export class TurnSilence extends Error {
  override readonly name = 'TurnSilence';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

type Attributes = StunParts['attributes'];

interface Pending {
  readonly seal: Seal | null;
  readonly settle: (response: StunMessage) => void;
  readonly fail: (error: Error) => void;
}

/** Longer than any proof; over UDP a request is sent again until then. */
const retransmitMs = 30_000;

const hashes: StunHashes = {
  hmac: (algorithm, key, bytes) => createHmac(algorithm, key).update(bytes).digest(),
  digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest(),
};

/**
 * Requests of one user to a TURN server (RFC 8656 with the long-term credentials of RFC 8489 section 9.2), and the indications
 * beside them. A response that is not signed for our key is none.
 */
export class TurnTransactions implements Disposable {
  readonly #options: TurnTransactionsOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #indication = new Emitter<StunMessage>();
  readonly #owned = new DisposableStore();
  #challenge: TurnChallenge | null = null;

  readonly onIndication = this.#indication.event;

  constructor(options: TurnTransactionsOptions) {
    this.#options = options;
  }

  /** Whether a request went out under the user's name; only then there can be anything of it at the server. */
  get isKnown(): boolean {
    return this.#challenge !== null;
  }

  start(): void {
    const { channel } = this.#options;
    this.#owned.add(channel.onMessage((bytes) => this.#receive(bytes)));
    this.#owned.add(channel.onFailed((code) => this.#failAll(new TurnSilence(code))));
  }

  /**
   * @param attributes made anew for each attempt, because the addresses in them depend on the transaction
   * @returns the success response
   * @throws TurnRefusal what the server answered; TurnSilence when the channel fails or this is disposed
   */
  async request(method: keyof typeof stunMethods, attributes: (transactionId: Uint8Array) => Attributes = () => []): Promise<StunMessage> {
    for (let attempt = 1; ; attempt++) {
      const challenge = this.#challenge;
      const response = await this.#transact(stunMethods[method], attributes, challenge);
      if (response.class === 'success') return response;
      const next = afterRefusal(response, challenge);
      if (next.kind === 'refused') throw new TurnRefusal(next);
      if (attempt === mostAttempts) throw new TurnRefusal({ status: 438, reason: 'Stale Nonce' });
      this.#challenge = next.challenge;
    }
  }

  indicate(method: keyof typeof stunMethods, attributes: (transactionId: Uint8Array) => Attributes): void {
    const transactionId = this.#transactionId();
    const parts = { class: 'indication' as const, method: stunMethods[method], transactionId, attributes: attributes(transactionId) };
    this.#options.channel.send(encodeStun(parts));
  }

  dispose(): void {
    this.#owned.dispose();
    this.#failAll(new TurnSilence('disposed'));
    this.#indication.dispose();
  }

  #transact(method: number, attributes: (id: Uint8Array) => Attributes, challenge: TurnChallenge | null): Promise<StunMessage> {
    const { channel, clock, user } = this.#options;
    const transactionId = this.#transactionId();
    const plain: StunParts = { class: 'request', method, transactionId, attributes: attributes(transactionId) };
    const request = challenge === null ? null : signed(plain, user, challenge, hashes);
    const bytes = request === null ? encodeStun(plain) : sealStun(request.parts, request.seal, hashes);
    const id = idOf(transactionId);
    return new Promise((resolve, reject) => {
      const timers = new DisposableStore();
      const done = (): void => {
        this.#pending.delete(id);
        timers.dispose();
      };
      this.#pending.set(id, {
        seal: request?.seal ?? null,
        settle: (response) => (done(), resolve(response)),
        fail: (error) => (done(), reject(error)),
      });
      const times = channel.reliable ? [] : retransmissionTimes(rtoOf(null), retransmitMs);
      for (const atMs of times) timers.add(clock.schedule(atMs, () => channel.send(bytes)));
      channel.send(bytes);
    });
  }

  #receive(bytes: Uint8Array): void {
    const message = decodeStun(bytes);
    if (message === undefined || message.class === 'request') return;
    if (message.class === 'indication') {
      this.#indication.fire(message);
      return;
    }
    const pending = this.#pending.get(idOf(message.transactionId));
    if (pending === undefined) return;
    // refusals of credentials cannot be signed, and some servers sign no refusal at all
    if (message.class === 'success' && pending.seal !== null && !isSealed(bytes, message, pending.seal, hashes)) return;
    pending.settle(message);
  }

  #failAll(error: Error): void {
    for (const { fail } of [...this.#pending.values()]) fail(error);
  }

  #transactionId(): Uint8Array {
    return Uint8Array.from(Buffer.from(this.#options.random.hex(12), 'hex'));
  }
}

function idOf(transactionId: Uint8Array): string {
  return Buffer.from(transactionId).toString('hex');
}
