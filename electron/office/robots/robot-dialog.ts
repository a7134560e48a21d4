import type { HeaderField, SipMessage, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Random } from '#shared/util/random.ts';
import { addressList, header, requestUri, responseHeaders, tagOf } from '../sip/header-edits.ts';

/** Where a robot is to be found: its user and the `host:port` of the office. */
export interface RobotAddress {
  readonly number: string;
  readonly office: string;
  /** It is a conference (RFC 4579 section 5.1). */
  readonly isFocus: boolean;
}

function contactOf({ number, office, isFocus }: RobotAddress): HeaderField {
  return header('Contact', `<sip:${number}@${office};transport=ws>${isFocus ? ';isfocus' : ''}`);
}

const capabilities = [
  header('Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE, REFER, NOTIFY'),
  header('Supported', 'replaces'),
];
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
    this.#remoteTarget = requestUri((peer.contacts[0] ?? remote).uri);
    this.#sequence = incoming ? 0 : peer.cseq.sequence;
  }

  /** A target refresh (RFC 3261 section 12.2): the far end may have a new address. */
  refreshTarget(request: SipRequest): void {
    this.#remoteTarget = request.contacts[0] === undefined ? this.#remoteTarget : requestUri(request.contacts[0].uri);
  }

  bye(): Uint8Array {
    return this.#request('BYE', ++this.#sequence);
  }

  /** ACK to the 2xx of the INVITE with this number. */
  acknowledge(sequence: number): Uint8Array {
    return this.#request('ACK', sequence);
  }

  /** @param headers those that belong to NOTIFY */
  notify(headers: readonly HeaderField[], body: string): Uint8Array {
    return this.#request('NOTIFY', ++this.#sequence, [contactOf(this.#address), ...headers], body);
  }

  #request(method: string, sequence: number, extra: readonly HeaderField[] = [], body = ''): Uint8Array {
    const headers = [
      header('Via', viaOf(this.#address, this.#random)),
      header('Max-Forwards', 70),
      ...this.#routes.map((uri) => header('Route', `<${uri}>`)),
      header('From', this.#local),
      header('To', this.#remote),
      header('Call-ID', this.callId),
      header('CSeq', `${sequence} ${method}`),
      ...extra,
    ];
    return serializeRequest({ method, uri: this.#remoteTarget, headers, body });
  }
}

function viaOf({ office }: RobotAddress, random: Random): string {
  return `SIP/2.0/WSS ${office};branch=z9hG4bK${random.hex(12)}`;
}

/** An answer of a robot; with `sdp` it carries a session description. */
export function robotResponse(request: SipRequest, status: number, toTag: string, address: RobotAddress, sdp?: string): Uint8Array {
  const withContact = ['INVITE', 'UPDATE', 'REFER'].includes(request.method) && status < 300;
  const contact = withContact ? [contactOf(address)] : [];
  const headers = [...responseHeaders(request.headers, status === 100 ? undefined : toTag), ...contact, ...capabilities];
  return sdp === undefined
    ? serializeResponse({ status, headers })
    : serializeResponse({ status, headers: [...headers, sdpType], body: sdp });
}

/** Whom a robot calls. */
export interface RobotCallee {
  readonly uri: string;
  /** Fields that belong to this call alone: Replaces, Referred-By. */
  readonly headers: readonly HeaderField[];
}

/** As whom it calls. */
export interface RobotCaller {
  readonly number: string;
  readonly name: string;
}

/** The INVITE of a robot that calls somebody. */
export interface RobotInvite {
  readonly message: Uint8Array;
  /** ACK to a refusal: same branch as the INVITE (RFC 3261 section 17.1.1.3). */
  acknowledgeRefusal(response: SipResponse): Uint8Array;
  cancel(): Uint8Array;
}

export function robotInvite(
  call: { readonly callId: string; readonly tag: string; readonly callee: RobotCallee; readonly caller: RobotCaller },
  address: RobotAddress,
  random: Random,
  sdp: string,
): RobotInvite {
  const { uri, headers } = call.callee;
  const { number, name } = call.caller;
  const host = address.office.replace(/:\d+$/, '');
  const from = header('From', `"${name}" <sip:${number}@${host}>;tag=${call.tag}`);
  const via = header('Via', viaOf(address, random));
  const fields = (method: string, to: string): HeaderField[] => [
    via,
    header('Max-Forwards', 70),
    from,
    header('To', to),
    header('Call-ID', call.callId),
    header('CSeq', `1 ${method}`),
  ];
  const to = `<${uri}>`;
  const inviteFields = [...fields('INVITE', to), contactOf(address), ...headers, ...capabilities, sdpType];
  return {
    message: serializeRequest({ method: 'INVITE', uri, headers: inviteFields, body: sdp }),
    acknowledgeRefusal: (response) => {
      const answered = response.headers.find(({ name }) => name === 'To')?.value ?? to;
      return serializeRequest({ method: 'ACK', uri, headers: fields('ACK', answered) });
    },
    cancel: () => serializeRequest({ method: 'CANCEL', uri, headers: fields('CANCEL', to) }),
  };
}
