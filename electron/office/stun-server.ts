import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeXorAddress } from '#shared/network/stun/address.ts';
import { encodeErrorCode, encodeUnknownAttributes, isOptional, stunAttributes } from '#shared/network/stun/attributes.ts';
import { decodeStun, encodeStun, stunMethods } from '#shared/network/stun/message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';

interface StunServerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Answers a second; ICE of a whole office on one computer needs a few dozen. */
const maxAnswersPerSecond = 200;

/** Attributes that are not optional and that a Binding request may carry without being refused (RFC 8489 section 6.3.1). */
const understood: ReadonlySet<number> = new Set([
  stunAttributes.username,
  stunAttributes.messageIntegrity,
  stunAttributes.realm,
  stunAttributes.nonce,
]);

/** STUN Binding on UDP at the loopback address: tells a client the address that its packet came from. Nothing else. */
export class StunServer implements Disposable {
  readonly #options: StunServerOptions;
  #socket: Socket | undefined;
  #windowStartMs = 0;
  #answers = 0;

  constructor(options: StunServerOptions) {
    this.#options = options;
  }

  /** @returns the port. @throws Error of `bind`. */
  async start(): Promise<number> {
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.on('message', (bytes, sender) => this.#receive(socket, bytes, sender));
    socket.bind(this.#options.port, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('error', (error) => this.#options.logger.warn('STUN socket', { reason: error.message }));
    return socket.address().port;
  }

  dispose(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(socket: Socket, bytes: Uint8Array, sender: RemoteInfo): void {
    const request = decodeStun(bytes);
    if (request === undefined || request.class !== 'request' || request.method !== stunMethods.binding || !this.#mayAnswer()) return;
    const { transactionId } = request;
    const unknown = request.attributes.map(({ type }) => type).filter((type) => !isOptional(type) && !understood.has(type));
    const value = encodeXorAddress({ family: 4, address: sender.address, port: sender.port }, transactionId);
    if (value === undefined) return;
    const answer =
      unknown.length > 0
        ? { class: 'error' as const, attributes: refusal(unknown) }
        : { class: 'success' as const, attributes: [{ type: stunAttributes.xorMappedAddress, value }] };
    socket.send(encodeStun({ ...answer, method: stunMethods.binding, transactionId }), sender.port, sender.address);
  }

  #mayAnswer(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#windowStartMs >= 1000) {
      this.#windowStartMs = nowMs;
      this.#answers = 0;
    }
    return ++this.#answers <= maxAnswersPerSecond;
  }
}

/** 420 with the list of what was not understood. */
function refusal(types: readonly number[]): { type: number; value: Uint8Array }[] {
  return [
    { type: stunAttributes.errorCode, value: encodeErrorCode({ code: 420, reason: 'Unknown Attribute' }) },
    { type: stunAttributes.unknownAttributes, value: encodeUnknownAttributes(types) },
  ];
}
