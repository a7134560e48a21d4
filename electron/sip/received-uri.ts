import { URI } from 'sip.js';
import { encodeUserPart } from '#shared/profiles/sip-address.ts';
import type { SipUri } from '#shared/sip/message.ts';
import { percentDecode } from '#shared/sip/parse-uri.ts';

/** A URI that goes back on the wire exactly as it came, whatever its scheme and escapes. */
export class ReceivedUri extends URI {
  readonly #source: SipUri;
  readonly #text: string;

  constructor(source: SipUri) {
    super(source.scheme, comparableUser(source.user), source.host === '' ? 'invalid' : source.host, source.port);
    this.#source = source;
    // URI headers say how to begin a request and have no place in a Request-URI (RFC 3261 section 19.1.1)
    this.#text = source.headers.size === 0 ? source.text : (source.text.split('?', 1)[0] ?? source.text);
    for (const [name, value] of source.parameters) this.setParam(name, value);
    for (const [name, values] of source.headers) this.setHeader(name, [...values]);
  }

  get source(): SipUri {
    return this.#source;
  }

  override clone(): URI {
    return new ReceivedUri(this.#source);
  }

  override toRaw(): string {
    return this.#text;
  }

  override toString(): string {
    return this.#text;
  }
}

/** User part in the one spelling that may be compared: escapes that need not be there are gone. */
export function comparableUser(user: string | undefined): string {
  return user === undefined ? '' : encodeUserPart(percentDecode(user));
}
