import type { ParseFault, SipMessage, SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';

/** Header lines of a request that is right; a test replaces or adds what it is about. */
export const plainHeaders: Readonly<Record<string, string>> = {
  Via: 'SIP/2.0/WSS pbx.example.com;branch=z9hG4bK74bf9',
  From: '<sip:bernd@example.com>;tag=9fxced76sl',
  To: '<sip:anna@example.com>',
  'Call-ID': '3848276298220188511@pbx.example.com',
  CSeq: '1 INVITE',
};

/** A request as text, its headers replaced or (with undefined) left out by `changes`; `extra` lines stand last. */
export function requestText(changes: Readonly<Record<string, string | undefined>> = {}, extra: readonly string[] = [], body = ''): string {
  return messageText('INVITE sip:anna@example.com SIP/2.0', changes, extra, body);
}

/** The same behind any start line. */
export function messageText(
  startLine: string,
  changes: Readonly<Record<string, string | undefined>> = {},
  extra: readonly string[] = [],
  body = '',
): string {
  const headers = Object.entries({ ...plainHeaders, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [startLine, ...headers, ...extra, '', body].join('\r\n');
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Parses text that has to be accepted. */
export function accept(text: string): SipMessage {
  const result = parseMessage(toBytes(text));
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.message;
}

/** Parses a request that has to be accepted. */
export function acceptRequest(text: string): SipRequest {
  const message = accept(text);
  if (message.kind !== 'request') throw new Error('This is a response.');
  return message;
}

/** Parses bytes or text that has to be refused. */
export function refuse(input: string | Uint8Array): ParseFault {
  const result = parseMessage(typeof input === 'string' ? toBytes(input) : input);
  if (result.ok) throw new Error('The message was accepted.');
  return result.fault;
}
