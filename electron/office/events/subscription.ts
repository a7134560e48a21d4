import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import { header, requestUri, tagOf } from '../sip/header-edits.ts';
import type { EventPackage } from './event-package.ts';

/** The office's side of one dialog that a SUBSCRIBE founded (RFC 6665 section 4.4.1). */
export class Subscription {
  readonly number: string;
  readonly eventPackage: EventPackage;
  readonly localTag: string;
  /** Route token of the subscriber's device. */
  readonly token: string;
  readonly #founding: SipRequest;
  readonly #address: string;
  #remoteTarget: string;
  #remoteSequence: number;
  #sequence = 0;
  #version = 0;

  /** @param address `host:port` of the office */
  constructor(
    founding: SipRequest,
    about: { number: string; eventPackage: EventPackage },
    own: { tag: string; token: string; address: string },
  ) {
    this.number = about.number;
    this.eventPackage = about.eventPackage;
    this.localTag = own.tag;
    this.token = own.token;
    this.#founding = founding;
    this.#address = own.address;
    this.#remoteTarget = requestUri((founding.contacts[0] ?? founding.from).uri);
    this.#remoteSequence = founding.cseq.sequence;
  }

  /** Names the dialog among all subscriptions. */
  get key(): string {
    return subscriptionKey(this.#founding.callId, this.localTag, tagOf(this.#founding.from));
  }

  get contact(): string {
    return `<sip:${this.number}@${this.#address};transport=ws>`;
  }

  /** Version of the next document; each is used once. */
  nextVersion(): number {
    return this.#version++;
  }

  /** A later SUBSCRIBE in the dialog; false when another one has overtaken it (RFC 3261 section 12.2.2). */
  refresh(request: SipRequest): boolean {
    if (request.cseq.sequence <= this.#remoteSequence) return false;
    this.#remoteSequence = request.cseq.sequence;
    this.#remoteTarget = request.contacts[0] === undefined ? this.#remoteTarget : requestUri(request.contacts[0].uri);
    return true;
  }

  /** @param state value of Subscription-State */
  notify(branch: string, state: string, document: string): Uint8Array {
    const { from, to, callId, headers } = this.#founding;
    const tag = tagOf(from);
    return serializeRequest({
      method: 'NOTIFY',
      uri: this.#remoteTarget,
      headers: [
        header('Via', `SIP/2.0/WSS ${this.#address};branch=${branch}`),
        header('Max-Forwards', 70),
        header('From', `<${to.uri.text}>;tag=${this.localTag}`),
        header('To', `<${from.uri.text}>${tag === undefined ? '' : `;tag=${tag}`}`),
        header('Call-ID', callId),
        header('CSeq', `${++this.#sequence} NOTIFY`),
        header('Contact', this.contact),
        // with the `id` that the subscriber may have given (RFC 6665 section 4.4.1)
        header('Event', findHeader(headers, 'Event') ?? this.eventPackage.name),
        header('Subscription-State', state),
        header('Content-Type', this.eventPackage.contentType),
      ],
      body: document,
    });
  }
}

export function subscriptionKey(callId: string, officeTag: string | undefined, subscriberTag: string | undefined): string {
  return `${callId} ${officeTag} ${subscriberTag}`;
}
