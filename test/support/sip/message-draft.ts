import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';

/** A message header by header, for a test to spoil. */
export interface Draft {
  /** Of a request; the status of an answer. */
  method: string;
  uri: string;
  /** In order; a name may stand there more than once. */
  headers: [name: string, value: string][];
  body: string;
}

export interface DraftWishes {
  readonly headers?: readonly [name: string, value: string][];
  readonly body?: string;
  readonly contentType?: string;
}

export function header(draft: Draft, name: string): string {
  return draft.headers.find(([found]) => found === name)?.[1] ?? '';
}

export function replace(draft: Draft, name: string, value: string): void {
  draft.headers = draft.headers.map(([found, old]) => [found, found === name ? value : old]);
}

export function remove(draft: Draft, name: string): void {
  draft.headers = draft.headers.filter(([found]) => found !== name);
}

export function text({ method, uri, headers, body }: Draft): string {
  return [`${method} ${uri} SIP/2.0`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
}

/** An answer to a request of Commute's, header by header. */
export function answer(request: SipRequest, status: number, wishes: DraftWishes = {}): Draft {
  const { headers = [], body = '', contentType = body === '' ? undefined : 'application/sdp' } = wishes;
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name): [string, string] => [name, findHeader(request.headers, name) ?? '']);
  return {
    method: String(status),
    uri: '',
    headers: [
      ...copied,
      ['Contact', '<sip:202@far.test;transport=ws>'],
      ...headers,
      ...(contentType === undefined ? [] : [['Content-Type', contentType] as [string, string]]),
      ['Content-Length', String(Buffer.byteLength(body))],
    ],
    body,
  };
}

export function answerText({ method, headers, body }: Draft): string {
  return [`SIP/2.0 ${method} Because`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
}

/** Does something to a message, or says at once what is sent in its place. */
export type Spoil = (draft: Draft) => unknown;

export function spoiledText(draft: Draft, spoil: Spoil, write: (draft: Draft) => string): string {
  const instead = spoil(draft);
  return typeof instead === 'string' ? instead : write(draft);
}

export function set(name: string, value: string): Spoil {
  return (draft) => replace(draft, name, value);
}

export function add(name: string, value: string): Spoil {
  return (draft) => {
    draft.headers.push([name, value]);
  };
}

export function without(name: string): Spoil {
  return (draft) => remove(draft, name);
}

export function several(...steps: readonly Spoil[]): Spoil {
  return (draft) => {
    for (const step of steps) step(draft);
  };
}
