import { Core, NameAddrHeader, type URI } from 'sip.js';
import { findHeaders } from '#shared/sip/find-header.ts';
import { bodyParts, findPart } from '#shared/sip/message-body.ts';
import type { NameAddress, SipMessage, SipRequest, SipResponse, SipUri } from '#shared/sip/message.ts';
import { parseDeltaSeconds } from '#shared/sip/parse-delta-seconds.ts';
import { parseNameAddress } from '#shared/sip/parse-name-address.ts';
import { parseParameters } from '#shared/sip/parse-parameters.ts';
import { decodeUtf8 } from '#shared/sip/text-codec.ts';
import { ReceivedChallenges } from './digest-challenges.ts';
import { ReceivedUri } from './received-uri.ts';

/**
 * Messages for the core of sip.js, built from what our own parser read. Every question that the core asks about a header is
 * answered from there, so that its grammar never sees what came over the network.
 */
export class ReceivedRequest extends Core.IncomingRequestMessage {
  readonly sip: SipRequest;

  constructor(sip: SipRequest) {
    super();
    this.sip = sip;
    this.method = sip.method;
    this.ruri = uriOf(sip.uri);
    fill(this, sip);
    this.viaBranch = transactionKey(sip);
    // RFC 2543 knew calls without Contact; what From says is where their requests go
    if (isContactImplied(sip)) this.addHeader('Contact', `<${sip.from.uri.text}>`);
  }

  override parseHeader(name: string, index = 0): unknown {
    if (index === 0 && name.toLowerCase() === 'contact' && isContactImplied(this.sip))
      return new NameAddrHeader(uriOf(this.sip.from.uri), '', {});
    return readHeader(this, this.sip, name, index);
  }

  override s(name: string, index = 0): unknown {
    return this.parseHeader(name, index);
  }
}

export class ReceivedResponse extends Core.IncomingResponseMessage {
  readonly sip: SipResponse;
  readonly #challenges = new Map<string, ReceivedChallenges>();

  constructor(sip: SipResponse) {
    super();
    this.sip = sip;
    this.statusCode = sip.status;
    this.reasonPhrase = sip.reason;
    this.method = sip.cseq.method;
    fill(this, sip);
    this.viaBranch = sip.via[0]?.branch ?? '';
  }

  override parseHeader(name: string, index = 0): unknown {
    const key = name.toLowerCase();
    if (key === 'www-authenticate' || key === 'proxy-authenticate') return this.#challengesOf(key);
    return readHeader(this, this.sip, name, index);
  }

  override s(name: string, index = 0): unknown {
    return this.parseHeader(name, index);
  }

  #challengesOf(name: 'www-authenticate' | 'proxy-authenticate'): ReceivedChallenges | undefined {
    const known = this.#challenges.get(name);
    if (known !== undefined) return known;
    const values = findHeaders(this.sip.headers, name);
    if (values.length === 0) return undefined;
    const challenges = new ReceivedChallenges(name === 'www-authenticate' ? 'authorization' : 'proxy-authorization', values);
    this.#challenges.set(name, challenges);
    return challenges;
  }
}

function uriOf(source: SipUri): URI {
  return new ReceivedUri(source);
}

export function nameAddressOf(address: NameAddress): NameAddrHeader {
  const parameters: Record<string, string> = {};
  for (const [name, value] of address.parameters) if (value !== null) parameters[name] = value;
  const header = new NameAddrHeader(uriOf(address.uri), address.displayName, parameters);
  for (const [name, value] of address.parameters) if (value === null) header.setParam(name, value);
  return header;
}

/** Headers that the core reads value by value: a list in one line is cut. */
const listed: ReadonlySet<string> = new Set(['Via', 'Route', 'Record-Route']);

function fill(message: Core.IncomingMessage, sip: SipMessage): void {
  const parts = bodyParts(sip.headers, sip.body) ?? [];
  // the core knows no multipart: of one that holds what the method is about it sees nothing else
  const isDivided = parts.some((part) => part.content !== sip.body);
  const essence = isDivided ? findPart(parts, [sip.cseq.method === 'MESSAGE' ? 'text/plain' : 'application/sdp']) : undefined;
  if (essence !== undefined) message.addHeader('Content-Type', essence.type);
  for (const { name, value } of sip.headers) {
    if (essence !== undefined && (name === 'Content-Type' || name === 'Content-Disposition')) continue;
    if (listed.has(name)) for (const element of splitList(value)) message.addHeader(name, element);
    else message.addHeader(name, value);
  }
  const top = sip.via[0];
  message.via = { host: top?.host ?? '', port: top?.port ?? 0 };
  message.from = nameAddressOf(sip.from);
  message.fromTag = sip.from.parameters.get('tag') ?? '';
  message.to = nameAddressOf(sip.to);
  message.toTag = sip.to.parameters.get('tag') ?? '';
  message.callId = sip.callId;
  message.cseq = sip.cseq.sequence;
  // a body whose type is not said is none (RFC 3261 section 20.15)
  message.body = message.hasHeader('Content-Type') ? decodeUtf8(essence?.content ?? sip.body) : '';
  message.data = '';
}

/** Cuts at commas outside quotes and angle brackets. */
function splitList(value: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  let bracket = false;
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (quoted && character === '\\') index++;
    else if (character === '"' && !bracket) quoted = !quoted;
    else if (quoted) continue;
    else if (character === '<') bracket = true;
    else if (character === '>') bracket = false;
    else if (character === ',' && !bracket) {
      elements.push(value.slice(start, index));
      start = index + 1;
    }
  }
  elements.push(value.slice(start));
  return elements.map((element) => element.trim()).filter((element) => element !== '');
}

/** What the core's grammar would have made of a header, as far as the core asks. */
function readHeader(message: Core.IncomingMessage, sip: SipMessage, name: string, index: number): unknown {
  const key = name.toLowerCase();
  switch (key) {
    case 'from':
      return message.from;
    case 'to':
      return message.to;
    case 'via':
      return index === 0 ? message.via : undefined;
    case 'contact': {
      const contact = sip.contacts[index];
      return contact === undefined ? undefined : nameAddressOf(contact);
    }
    case 'refer-to':
    case 'referred-by': {
      const address = parseNameAddress(message.getHeaders(name)[index] ?? '');
      return address === undefined ? undefined : nameAddressOf(address);
    }
    case 'call-id':
      return sip.callId;
    case 'cseq':
      return { value: sip.cseq.sequence, method: sip.cseq.method };
    case 'content-type':
      return message.getHeader(name);
    case 'event':
      return firstToken(message, name, (token, parameters) => ({ event: token, id: parameters.get('id') ?? undefined }));
    case 'subscription-state':
      return firstToken(message, name, (token, parameters) => ({
        state: token,
        reason: parameters.get('reason') ?? undefined,
        expires: parseDeltaSeconds(parameters.get('expires')),
        retry_after: parseDeltaSeconds(parameters.get('retry-after')),
      }));
    case 'content-disposition':
      return firstToken(message, name, (token, parameters) => ({ type: token, handling: parameters.get('handling') ?? undefined }));
    case 'replaces':
      return replacesOf(message.getHeader(name));
    default:
      return message.getHeader(name);
  }
}

function firstToken<T>(
  message: Core.IncomingMessage,
  name: string,
  read: (token: string, parameters: ReadonlyMap<string, string | null>) => T,
): T | undefined {
  const value = message.getHeader(name);
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(';');
  const token = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (token === '') return undefined;
  return read(token, (semicolon < 0 ? undefined : parseParameters(value.slice(semicolon))) ?? new Map<string, string | null>());
}

function replacesOf(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(';');
  const parameters = semicolon < 0 ? undefined : parseParameters(value.slice(semicolon));
  if (parameters === undefined) return undefined;
  return {
    call_id: value.slice(0, semicolon).trim(),
    replaces_to_tag: parameters.get('to-tag') ?? undefined,
    replaces_from_tag: parameters.get('from-tag') ?? undefined,
    early_only: parameters.has('early-only'),
  };
}

/** A request of a client from before RFC 3261: its topmost branch lacks the magic cookie. */
function isLegacy(sip: SipRequest): boolean {
  return !(sip.via[0]?.branch ?? '').toLowerCase().startsWith('z9hg4bk');
}

/** Whether a request without Contact may begin a dialog all the same. */
export function isContactImplied(sip: SipRequest): boolean {
  return sip.method === 'INVITE' && sip.contacts.length === 0 && isLegacy(sip);
}

/**
 * What identifies the server transaction of a request (RFC 3261 section 17.2.3): branch and sent-by, or for a client from
 * before that RFC everything that it repeats in a retransmission, in its CANCEL and its ACK.
 */
function transactionKey(sip: SipRequest): string {
  const top = sip.via[0];
  const sentBy = `${top?.host ?? ''}:${top?.port ?? ''}`;
  const branch = top?.branch ?? '';
  if (!isLegacy(sip)) return `${branch.toLowerCase()}|${sentBy}`;
  return ['2543', sip.uri.text, sip.from.parameters.get('tag') ?? '', sip.callId, sip.cseq.sequence, sentBy, branch].join('|');
}
