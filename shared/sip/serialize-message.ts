import { canonicalHeaderName } from './header-names.ts';
import type { HeaderField } from './message.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { encodeUtf8 } from './text-codec.ts';

export interface RequestParts {
  readonly method: string;
  /** The Request-URI as it shall stand on the wire. */
  readonly uri: string;
  readonly headers: readonly HeaderField[];
  readonly body?: string | Uint8Array;
}

export interface ResponseParts {
  readonly status: number;
  /** Default: the registry's phrase. */
  readonly reason?: string;
  readonly headers: readonly HeaderField[];
  readonly body?: string | Uint8Array;
}

/**
 * A request as bytes. Content-Length is always the body's size in bytes, whatever the given headers say. Line breaks and NUL in
 * values become spaces, so that no value can add a header.
 */
export function serializeRequest(parts: RequestParts): Uint8Array<ArrayBuffer> {
  return serialize(`${oneLine(parts.method)} ${oneLine(parts.uri)} SIP/2.0`, parts.headers, parts.body);
}

/** A response as bytes; see `serializeRequest`. */
export function serializeResponse(parts: ResponseParts): Uint8Array<ArrayBuffer> {
  return serialize(`SIP/2.0 ${parts.status} ${oneLine(parts.reason ?? reasonPhrase(parts.status))}`, parts.headers, parts.body);
}

function serialize(startLine: string, headers: readonly HeaderField[], body: string | Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  const bodyBytes = typeof body === 'string' ? encodeUtf8(body) : (body ?? new Uint8Array(0));
  let head = `${startLine}\r\n`;
  for (const { name, value } of headers) {
    if (canonicalHeaderName(name) !== 'Content-Length') head += `${oneLine(name)}: ${oneLine(value)}\r\n`;
  }
  const headBytes = encodeUtf8(`${head}Content-Length: ${bodyBytes.length}\r\n\r\n`);
  const message = new Uint8Array(headBytes.length + bodyBytes.length);
  message.set(headBytes);
  message.set(bodyBytes, headBytes.length);
  return message;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}
