import { char, isDigit, isToken, trimEnd } from './characters.ts';
import type { FaultLayer, SipUri } from './message.ts';
import { readUri } from './parse-uri.ts';

export interface RequestLine {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: SipUri;
}

export interface StatusLine {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export interface StartLineFault {
  readonly kind: 'fault';
  readonly of: 'request' | 'response' | 'unknown';
  readonly layer: FaultLayer;
  readonly code: string;
  readonly message: string;
  /** For requests: what a UAS answers. */
  readonly status: number | undefined;
  readonly method: string | undefined;
}

const uriSchemes: ReadonlySet<string> = new Set(['sip', 'sips', 'tel']);

/**
 * Reads a request line or status line (RFC 3261 sections 7.1 and 7.2). Status lines are taken with any reason phrase or none.
 * Request lines are held to exactly one space between their parts: looser ones cannot be read without guessing.
 */
export function parseStartLine(line: string): RequestLine | StatusLine | StartLineFault {
  return isVersion(line, 0) ? parseStatusLine(line) : parseRequestLine(line);
}

function parseStatusLine(line: string): StatusLine | StartLineFault {
  const space = line.indexOf(' ');
  const version = space < 0 ? line : line.slice(0, space);
  if (!isVersion2(version)) return responseFault('validation', 'version-unknown', 'The status line is not of SIP version 2.0.');
  const end = space + 4;
  let status = 0;
  for (let index = space + 1; index < end; index++) {
    const code = line.charCodeAt(index);
    if (!isDigit(code)) return responseFault('header', 'status-malformed', 'The status line has no status code of three digits.');
    status = status * 10 + (code - char.zero);
  }
  if (status < 100 || status > 699 || isDigit(line.charCodeAt(end))) {
    return responseFault('header', 'status-malformed', 'The status code is not between 100 and 699.');
  }
  return { kind: 'response', status, reason: line.slice(line.charCodeAt(end) === char.space ? end + 1 : end) };
}

function parseRequestLine(line: string): RequestLine | StartLineFault {
  const end = trimEnd(line, 0, line.length);
  const first = line.indexOf(' ');
  const last = line.lastIndexOf(' ', end - 1);
  if (first < 0 || !isToken(line, 0, first) || !isVersion(line, last + 1)) {
    return {
      kind: 'fault',
      of: 'unknown',
      layer: 'framing',
      code: 'not-sip',
      message: 'The first line is neither a request line nor a status line of SIP.',
      status: undefined,
      method: undefined,
    };
  }
  const method = line.slice(0, first);
  if (!isVersion2(line.slice(last + 1, end))) {
    return requestFault(method, 'validation', 'version-unknown', 'The request is not of SIP version 2.0.', 505);
  }
  if (end !== line.length || first === last) {
    return requestFault(method, 'header', 'request-line-malformed', 'The request line is not "method URI version".', 400);
  }
  const uri = readUri(line, first + 1, last);
  if (uri === undefined) return requestFault(method, 'header', 'request-uri-malformed', 'The Request-URI cannot be read.', 400);
  if (!uriSchemes.has(uri.scheme)) {
    return requestFault(method, 'validation', 'request-uri-scheme-unknown', 'The scheme of the Request-URI is not sip, sips or tel.', 416);
  }
  if (uri.headers.size > 0) {
    return requestFault(method, 'validation', 'request-uri-headers', 'The Request-URI carries URI headers (RFC 3261 section 19.1.1).', 400);
  }
  return { kind: 'request', method, uri };
}

function isVersion(line: string, at: number): boolean {
  return line.startsWith('SIP/', at) || line.slice(at, at + 4).toUpperCase() === 'SIP/';
}

function isVersion2(version: string): boolean {
  return version === 'SIP/2.0' || version.toUpperCase() === 'SIP/2.0';
}

function requestFault(method: string, layer: FaultLayer, code: string, message: string, status: number): StartLineFault {
  return { kind: 'fault', of: 'request', layer, code, message, status, method };
}

function responseFault(layer: FaultLayer, code: string, message: string): StartLineFault {
  return { kind: 'fault', of: 'response', layer, code, message, status: undefined, method: undefined };
}
