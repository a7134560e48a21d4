import { createHash, createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeXorAddress, encodeXorAddress, type StunAddress } from '#shared/network/stun/address.ts';
import { decodeUint32, encodeErrorCode, encodeUint32, stunAttributes } from '#shared/network/stun/attributes.ts';
import {
  encodePasswordAlgorithms,
  isSealed,
  longTermKey,
  type PasswordAlgorithm,
  sealStun,
  type StunHashes,
} from '#shared/network/stun/integrity.ts';
import { decodeStun, encodeStun, type StunMessage, type StunParts, stunMethods, valueOf } from '#shared/network/stun/message.ts';
import { decodeUtf8, encodeUtf8 } from '#shared/sip/text-codec.ts';

const realm = 'scripted.test';
const hashes: StunHashes = {
  hmac: (algorithm, key, bytes) => createHmac(algorithm, key).update(bytes).digest(),
  digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest(),
};

interface Place {
  readonly client: { readonly address: string; readonly port: number };
  readonly relayed: StunAddress;
  readonly permitted: Set<string>;
}

type Method = keyof typeof stunMethods;

/**
 * A TURN server over UDP as the test wants it. Its relayed addresses are in nobody's reach: data passes between its places only.
 * Everything it was asked stands in `asked`.
 */
export class ScriptedTurn {
  readonly user = { username: 'anna', password: 'secret' };
  readonly asked: string[] = [];
  /** Refuses a request that was rightly signed. */
  refuse: (method: Method, time: number) => { readonly code: number; readonly reason: string } | undefined = () => undefined;
  /** After so many signed requests each nonce is stale. */
  nonceLasts = Infinity;
  /** Offered as RFC 8489 has it; undefined: as its predecessors. */
  passwordAlgorithm: PasswordAlgorithm | undefined;
  /** Signs its answers with another key. */
  forges = false;
  /** Whether data passes. */
  relays = true;
  readonly #socket: Socket;
  readonly #places = new Map<string, Place>();
  /** Of each client: which nonce it has, and how often it was used. */
  readonly #nonces = new Map<string, { number: number; uses: number }>();

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async start(): Promise<ScriptedTurn> {
    const socket = createSocket('udp4');
    const turn = new ScriptedTurn(socket);
    socket.on('message', (bytes, { address, port }) => turn.#receive(bytes, { address, port }));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return turn;
  }

  get uri(): string {
    return `turn:127.0.0.1:${this.#socket.address().port}`;
  }

  /** Places that were taken and not given back. */
  get places(): number {
    return this.#places.size;
  }

  close(): void {
    this.#socket.close();
  }

  #receive(bytes: Uint8Array, client: Place['client']): void {
    const message = decodeStun(bytes);
    const method = nameOf(message?.method);
    if (message === undefined || method === undefined) return;
    const place = this.#places.get(keyOf(client));
    if (message.class === 'indication') this.#relay(message, place);
    else this.#answer(message, bytes, method, client);
  }

  #answer(message: StunMessage, bytes: Uint8Array, method: Method, client: Place['client']): void {
    const algorithm = this.passwordAlgorithm ?? 'md5';
    const key = longTermKey({ ...this.user, realm }, algorithm, hashes);
    const kind = this.passwordAlgorithm === undefined ? ('sha1' as const) : ('sha256' as const);
    const nonce = valueOf(message, stunAttributes.nonce);
    const current = this.#nonces.get(keyOf(client)) ?? { number: 0, uses: 0 };
    this.#nonces.set(keyOf(client), current);
    const send = (parts: Pick<StunParts, 'class' | 'attributes'>, isSigned: boolean): void => {
      const whole = { ...parts, method: message.method, transactionId: message.transactionId };
      const seal = { kind, key: this.forges ? encodeUtf8('another key') : key, fingerprint: true };
      this.#socket.send(isSigned ? sealStun(whole, seal, hashes) : encodeStun(whole), client.port, client.address);
    };
    const challenge = (code: 401 | 438): void => {
      const offered = this.passwordAlgorithm === undefined ? [] : [this.passwordAlgorithm];
      const attributes = [
        { type: stunAttributes.errorCode, value: encodeErrorCode({ code, reason: '' }) },
        { type: stunAttributes.realm, value: encodeUtf8(realm) },
        { type: stunAttributes.nonce, value: encodeUtf8(this.#nonce(current.number)) },
        ...offered.map((each) => ({ type: stunAttributes.passwordAlgorithms, value: encodePasswordAlgorithms([each]) })),
      ];
      send({ class: 'error', attributes }, false);
    };
    if (nonce === undefined || !isSealed(bytes, message, { kind, key }, hashes)) {
      this.asked.push(`${method} ${nonce === undefined ? 'unsigned' : 'wrongly signed'}`);
      challenge(401);
      return;
    }
    if (decodeUtf8(nonce) !== this.#nonce(current.number) || ++current.uses > this.nonceLasts) {
      this.asked.push(`${method} stale`);
      current.number += 1;
      current.uses = 0;
      challenge(438);
      return;
    }
    this.asked.push(method);
    const refusal = this.refuse(method, this.asked.filter((each) => each === method).length);
    if (refusal === undefined) send({ class: 'success', attributes: this.#perform(method, message, client) }, true);
    else send({ class: 'error', attributes: [{ type: stunAttributes.errorCode, value: encodeErrorCode(refusal) }] }, true);
  }

  #perform(method: Method, message: StunMessage, client: Place['client']): StunParts['attributes'] {
    const key = keyOf(client);
    if (method === 'allocate') {
      const relayed: StunAddress = { family: 4, address: '192.0.2.77', port: 50_000 + (client.port % 10_000) };
      this.#places.set(key, { client, relayed, permitted: new Set() });
      const seen = encodeXorAddress({ family: 4, ...client }, message.transactionId) ?? new Uint8Array();
      const taken = encodeXorAddress(relayed, message.transactionId) ?? new Uint8Array();
      return [
        { type: stunAttributes.xorRelayedAddress, value: taken },
        { type: stunAttributes.xorMappedAddress, value: seen },
        { type: stunAttributes.lifetime, value: encodeUint32(600) },
      ];
    }
    const peer = peerIn(message);
    if (method === 'createPermission' && peer !== undefined) this.#places.get(key)?.permitted.add(peer.address);
    if (method === 'refresh' && decodeUint32(valueOf(message, stunAttributes.lifetime) ?? new Uint8Array()) === 0) this.#places.delete(key);
    return [];
  }

  #relay(message: StunMessage, from: Place | undefined): void {
    const peer = peerIn(message);
    const data = valueOf(message, stunAttributes.data);
    const to = [...this.#places.values()].find(({ relayed }) => relayed.address === peer?.address && relayed.port === peer.port);
    if (!this.relays || data === undefined || from === undefined || to === undefined) return;
    if (peer === undefined || !from.permitted.has(peer.address) || !to.permitted.has(from.relayed.address)) return;
    const transactionId = message.transactionId;
    const attributes = [
      { type: stunAttributes.xorPeerAddress, value: encodeXorAddress(from.relayed, transactionId) ?? new Uint8Array() },
      { type: stunAttributes.data, value: data },
    ];
    const indication = encodeStun({ class: 'indication', method: stunMethods.data, transactionId, attributes });
    this.#socket.send(indication, to.client.port, to.client.address);
  }

  /** With the sign of RFC 8489 section 9.2 in front of it when it offers algorithms: the first bit of 24. */
  #nonce(number: number): string {
    return `${this.passwordAlgorithm === undefined ? '' : 'obMatJos2gAAA'}nonce-${number}`;
  }
}

function peerIn(message: StunMessage): StunAddress | undefined {
  const value = valueOf(message, stunAttributes.xorPeerAddress);
  return value === undefined ? undefined : decodeXorAddress(value, message.transactionId);
}

function nameOf(number: number | undefined): Method | undefined {
  const names = Object.keys(stunMethods) as Method[];
  return names.find((name) => stunMethods[name] === number);
}

function keyOf({ address, port }: Place['client']): string {
  return `${address} ${port}`;
}
