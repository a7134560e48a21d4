import type { HeaderField, SipMessage, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Random } from '#shared/util/random.ts';
import { addressList, header, responseHeaders, tagOf } from '../sip/header-edits.ts';

/** Where a robot is to be found: its user and the `host:port` of the office. */
export interface RobotAddress {
  readonly number: string;
  readonly office: string;
}

export function robotUri({ number, office }: RobotAddress): string {
  return `sip:${number}@${office};transport=ws`;
}

const capabilities = [header('Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE'), header('Supported', 'replaces')];
const sdpType = header('Content-Type', 'application/sdp');

/** One side of a dialog (RFC 3261 section 12): what stays equal in all its messages. */
export class RobotDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly #local: string;
  readonly #remote: string;
  readonly #address: RobotAddress;
  readonly #random: Random;
  #routes: readonly string[];
  #remoteTarget: string;
  #sequence: number;

  /** @param peer the INVITE received, or the answer to ours. */
  constructor(peer: SipMessage, localTag: string, address: RobotAddress, random: Random) {
    const incoming = peer.kind === 'request';
    const [local, remote] = incoming ? [peer.to, peer.from] : [peer.from, peer.to];
    this.callId = peer.callId;
    this.localTag = localTag;
    this.remoteTag = tagOf(remote) ?? '';
    this.#local = `<${local.uri.text}>;tag=${localTag}`;
    this.#remote = `<${remote.uri.text}>${this.remoteTag === '' ? '' : `;tag=${this.remoteTag}`}`;
    this.#address = address;
    this.#random = random;
    const routes = addressList(peer.headers, 'Record-Route').map(({ uri }) => uri.text);
    this.#routes = incoming ? routes : routes.reverse();
    this.#remoteTarget = peer.contacts[0]?.uri.text ?? remote.uri.text;
    this.#sequence = incoming ? 0 : peer.cseq.sequence;
  }

  /** A target refresh (RFC 3261 section 12.2): the far end may have a new address. */
  refreshTarget(request: SipRequest): void {
    this.#remoteTarget = request.contacts[0]?.uri.text ?? this.#remoteTarget;
  }

  bye(): Uint8Array {
    return this.#request('BYE', ++this.#sequence);
  }

  /** ACK to the 2xx of the INVITE with this number. */
  acknowledge(sequence: number): Uint8Array {
    return this.#request('ACK', sequence);
  }

  #request(method: string, sequence: number): Uint8Array {
    const headers = [
      header('Via', viaOf(this.#address, this.#random)),
      header('Max-Forwards', 70),
      ...this.#routes.map((uri) => header('Route', `<${uri}>`)),
      header('From', this.#local),
      header('To', this.#remote),
      header('Call-ID', this.callId),
      header('CSeq', `${sequence} ${method}`),
    ];
    return serializeRequest({ method, uri: this.#remoteTarget, headers });
  }
}

export function viaOf({ office }: RobotAddress, random: Random): string {
  return `SIP/2.0/WSS ${office};branch=z9hG4bK${random.hex(12)}`;
}

/** An answer of a robot; with `sdp` it carries a session description. */
export function robotResponse(request: SipRequest, status: number, toTag: string, address: RobotAddress, sdp?: string): Uint8Array {
  const dialogForming = request.method === 'INVITE' || request.method === 'UPDATE';
  const contact: HeaderField[] = dialogForming && status < 300 ? [header('Contact', `<${robotUri(address)}>`)] : [];
  const headers = [...responseHeaders(request.headers, status === 100 ? undefined : toTag), ...contact, ...capabilities];
  return sdp === undefined
    ? serializeResponse({ status, headers })
    : serializeResponse({ status, headers: [...headers, sdpType], body: sdp });
}

/** The INVITE of a robot that calls somebody. */
export interface RobotInvite {
  readonly message: Uint8Array;
  /** ACK to a refusal: same branch as the INVITE (RFC 3261 section 17.1.1.3). */
  acknowledgeRefusal(response: SipResponse): Uint8Array;
  cancel(): Uint8Array;
}

export function robotInvite(
  call: { readonly callId: string; readonly tag: string; readonly callee: string; readonly name: string },
  address: RobotAddress,
  random: Random,
  sdp: string,
): RobotInvite {
  const uri = `sip:${call.callee}@${address.office}`;
  const from = header('From', `"${call.name}" <sip:${address.number}@${address.office}>;tag=${call.tag}`);
  const via = header('Via', viaOf(address, random));
  const fields = (method: string, to: string): HeaderField[] => [
    via,
    header('Max-Forwards', 70),
    from,
    header('To', to),
    header('Call-ID', call.callId),
    header('CSeq', `1 ${method}`),
  ];
  const contact = header('Contact', `<${robotUri(address)}>`);
  const to = `<${uri}>`;
  return {
    message: serializeRequest({ method: 'INVITE', uri, headers: [...fields('INVITE', to), contact, ...capabilities, sdpType], body: sdp }),
    acknowledgeRefusal: (response) => {
      const answered = response.headers.find(({ name }) => name === 'To')?.value ?? to;
      return serializeRequest({ method: 'ACK', uri, headers: fields('ACK', answered) });
    },
    cancel: () => serializeRequest({ method: 'CANCEL', uri, headers: fields('CANCEL', to) }),
  };
}
