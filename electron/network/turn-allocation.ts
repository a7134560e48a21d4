import { decodeXorAddress, encodeXorAddress, type StunAddress } from '#shared/network/stun/address.ts';
import { encodeRequestedTransport, encodeUint32, stunAttributes } from '#shared/network/stun/attributes.ts';
import { type StunMessage, stunMethods, valueOf } from '#shared/network/stun/message.ts';
import type { TurnUser } from '#shared/network/stun/turn-credentials.ts';
import type { Clock } from '#shared/util/clock.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Random } from '#shared/util/random.ts';
import { openTurnChannel, type TurnChannel, type TurnChannelOptions, unlessAborted } from './turn-channel.ts';
import { TurnRefusal, TurnSilence, TurnTransactions } from './turn-transactions.ts';

export interface TurnAllocationOptions extends TurnChannelOptions {
  readonly user: TurnUser;
  readonly clock: Clock;
  readonly random: Random;
}

/** Data that came through the relay, and who sent it. */
export interface RelayedData {
  readonly from: StunAddress;
  readonly bytes: Uint8Array;
}

const udp = 17;
/** A server that does not say that it let go will do so by itself in ten minutes. */
const releasePatienceMs = 400;

/** A place at a TURN server: an address of the server's at which others reach us (RFC 8656 section 3.1). */
export class TurnAllocation {
  readonly #options: TurnAllocationOptions;
  readonly #channel: TurnChannel;
  readonly #transactions: TurnTransactions;
  readonly #data = new Emitter<RelayedData>();
  readonly #owned = new DisposableStore();
  #relayed: StunAddress | undefined;
  #mapped: StunAddress | undefined;

  readonly onData = this.#data.event;

  /** @throws Error of `openTurnChannel`, TurnRefusal, TurnSilence; the signal's reason when it is aborted. Nothing stays behind then. */
  static async open(options: TurnAllocationOptions): Promise<TurnAllocation> {
    const allocation = new TurnAllocation(options, await openTurnChannel(options));
    try {
      await allocation.#allocate();
      return allocation;
    } catch (error) {
      // who was refused has nothing to give back, and a wrong password is not to be tried twice
      if (error instanceof TurnRefusal) allocation.#dispose();
      else await allocation.close();
      throw error;
    }
  }

  private constructor(options: TurnAllocationOptions, channel: TurnChannel) {
    this.#options = options;
    this.#channel = channel;
    this.#transactions = new TurnTransactions({ ...options, channel });
    this.#transactions.start();
    this.#owned.add(this.#transactions.onIndication((message) => this.#receive(message)));
  }

  /** Where others send to. */
  get relayed(): StunAddress {
    if (this.#relayed === undefined) throw new Error('An allocation that is open has an address.');
    return this.#relayed;
  }

  /** Where the server sees us; undefined when it does not say. */
  get mapped(): StunAddress | undefined {
    return this.#mapped;
  }

  /** Lets data from an address pass, whatever its port. @throws TurnRefusal, TurnSilence; the signal's reason */
  async permit(peer: StunAddress): Promise<void> {
    await this.#ask('createPermission', (id) => [peerAttribute(peer, id)]);
  }

  send(peer: StunAddress, bytes: Uint8Array): void {
    this.#transactions.indicate('send', (id) => [peerAttribute(peer, id), { type: stunAttributes.data, value: bytes }]);
  }

  /** Gives the place back; what the server does not confirm soon is left to its own clean-up. */
  async close(): Promise<void> {
    const patience = this.#options.clock.schedule(releasePatienceMs, () => this.#transactions.dispose());
    try {
      if (this.#transactions.isKnown)
        await this.#transactions.request('refresh', () => [{ type: stunAttributes.lifetime, value: encodeUint32(0) }]);
    } catch {
      // there is nothing left that could be done for it
    } finally {
      patience.dispose();
      this.#dispose();
    }
  }

  #dispose(): void {
    this.#owned.dispose();
    this.#transactions.dispose();
    this.#data.dispose();
    this.#channel.dispose();
  }

  async #allocate(): Promise<void> {
    const response = await this.#ask('allocate', () => [{ type: stunAttributes.requestedTransport, value: encodeRequestedTransport(udp) }]);
    this.#relayed = addressIn(response, stunAttributes.xorRelayedAddress);
    this.#mapped = addressIn(response, stunAttributes.xorMappedAddress);
    if (this.#relayed === undefined) throw new TurnSilence('EPROTO');
  }

  #ask(...request: Parameters<TurnTransactions['request']>): Promise<StunMessage> {
    return unlessAborted(this.#options.signal, this.#transactions.request(...request));
  }

  #receive(message: StunMessage): void {
    const from = addressIn(message, stunAttributes.xorPeerAddress);
    const bytes = valueOf(message, stunAttributes.data);
    if (message.method === stunMethods.data && from !== undefined && bytes !== undefined) this.#data.fire({ from, bytes });
  }
}

function addressIn(message: StunMessage, type: number): StunAddress | undefined {
  const value = valueOf(message, type);
  return value === undefined ? undefined : decodeXorAddress(value, message.transactionId);
}

function peerAttribute(peer: StunAddress, transactionId: Uint8Array): { readonly type: number; readonly value: Uint8Array } {
  return { type: stunAttributes.xorPeerAddress, value: encodeXorAddress(peer, transactionId) ?? new Uint8Array() };
}
