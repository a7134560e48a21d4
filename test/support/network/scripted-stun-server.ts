import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeAddress, encodeXorAddress, type StunAddress } from '#shared/network/stun/address.ts';
import { decodeChangeRequest, decodeUint16, encodeErrorCode, stunAttributes } from '#shared/network/stun/attributes.ts';
import { decodeStun, encodeStun, stunMethods, valueOf } from '#shared/network/stun/message.ts';
import type { Disposable } from '#shared/util/disposable.ts';

export interface ScriptedStunOptions {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * `answers`: a plain STUN server that passes over CHANGE-REQUEST. `discovers`: one of RFC 5780, with sockets at `other`, too.
   * `refuses`: an error to everything. `mute`: takes everything and says nothing.
   */
  readonly manner: 'answers' | 'discovers' | 'refuses' | 'mute';
  /** What it says in OTHER-ADDRESS; port 0, for who discovers: any free one. */
  readonly other?: { readonly address: string; readonly port: number };
  /** Whether a packet to that port still reaches it; the server keeps its answer to RESPONSE-PORT to itself where it does not. */
  readonly reaches?: (port: number) => boolean;
}

/** A STUN server that does what a test wants of it. */
export class ScriptedStunServer implements Disposable {
  readonly #options: ScriptedStunOptions;
  readonly #sockets = new Map<string, Socket>();
  /** Every request, in the order in which they came. */
  readonly requests: { readonly from: RemoteInfo; readonly transactionId: string; readonly atMs: number }[] = [];
  #port = 0;
  #other: { readonly address: string; readonly port: number } | undefined;

  constructor(options: ScriptedStunOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<this> {
    const { address, port, manner, other } = this.#options;
    this.#port = await this.#listen(address, port);
    this.#other = other;
    if (manner === 'discovers' && other !== undefined) {
      this.#other = { address: other.address, port: await this.#listen(address, other.port) };
      await this.#listen(other.address, this.#port);
      await this.#listen(other.address, this.#other.port);
    }
    return this;
  }

  /** Its other end, when it is started. */
  get other(): { readonly address: string; readonly port: number } | undefined {
    return this.#other;
  }

  dispose(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  async #listen(address: string, port: number): Promise<number> {
    if (this.#sockets.has(`${address} ${port}`)) return port;
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(port, address);
    await once(socket, 'listening');
    const bound = socket.address().port;
    this.#sockets.set(`${address} ${bound}`, socket);
    socket.on('message', (bytes, sender) => this.#receive({ address, port: bound }, bytes, sender));
    return bound;
  }

  #receive(at: { readonly address: string; readonly port: number }, bytes: Uint8Array, sender: RemoteInfo): void {
    const request = decodeStun(bytes);
    if (request?.class !== 'request') return;
    const { transactionId } = request;
    this.requests.push({ from: sender, transactionId: Buffer.from(transactionId).toString('hex'), atMs: performance.now() });
    const { manner, reaches } = this.#options;
    const other = this.#other;
    if (manner === 'mute') return;
    const responsePort = decodeUint16(valueOf(request, stunAttributes.responsePort) ?? new Uint8Array());
    if (responsePort !== undefined && reaches?.(responsePort) === false) return;
    const change = decodeChangeRequest(valueOf(request, stunAttributes.changeRequest) ?? new Uint8Array());
    const from = manner === 'discovers' && other !== undefined ? changed(at, this.#ends(other), change) : at;
    const family = sender.family === 'IPv4' ? 4 : 6;
    const mapped: StunAddress = { family, address: sender.address, port: sender.port };
    const attributes =
      manner === 'refuses'
        ? [{ type: stunAttributes.errorCode, value: encodeErrorCode({ code: 401, reason: 'Unauthorized' }) }]
        : [
            { type: stunAttributes.xorMappedAddress, value: encodeXorAddress(mapped, transactionId) ?? new Uint8Array() },
            ...(other === undefined
              ? []
              : [{ type: stunAttributes.otherAddress, value: encodeAddress({ family, ...other }) ?? new Uint8Array() }]),
          ];
    const kind = manner === 'refuses' ? 'error' : 'success';
    const answer = encodeStun({ class: kind, method: stunMethods.binding, transactionId, attributes });
    this.#sockets.get(`${from.address} ${from.port}`)?.send(answer, responsePort ?? sender.port, sender.address);
  }

  #ends(other: { readonly address: string; readonly port: number }) {
    return [{ address: this.#options.address, port: this.#port }, other] as const;
  }
}

/** The other address, the other port, of a server with two of each. */
function changed<E extends { readonly address: string; readonly port: number }>(
  at: E,
  [one, two]: readonly [{ readonly address: string; readonly port: number }, { readonly address: string; readonly port: number }],
  change: { readonly address: boolean; readonly port: boolean } | undefined,
): { readonly address: string; readonly port: number } {
  const isOne = { address: at.address === one.address, port: at.port === one.port };
  return {
    address: (isOne.address !== (change?.address ?? false) ? one : two).address,
    port: (isOne.port !== (change?.port ?? false) ? one : two).port,
  };
}
