import { describe, expect, it } from 'vitest';
import { takenMethods } from '#electron/sip/core-access.ts';
import { type GateContext, inspectRequest } from '#electron/sip/transports/request-gate.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';

const context: GateContext = {
  methods: takenMethods,
  optionTags: new Set(['replaces']),
  isOurs: (uri) => uri.user === '201',
  hasDialog: (request) => request.callId === 'known',
};

interface Wishes {
  readonly uri?: string;
  readonly callId?: string;
  readonly toTag?: boolean;
  readonly headers?: readonly string[];
  readonly body?: string;
}

function statusFor(method: string, { uri = 'sip:201@pbx', callId = 'known', toTag = false, headers = [], body = '' }: Wishes = {}) {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/WSS x;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    `To: <sip:201@pbx>${toTag ? ';tag=2' : ''}`,
  ];
  const more = [`Call-ID: ${callId}`, `CSeq: 1 ${method}`, 'Contact: <sip:a@b>', ...headers, '', body];
  const result = parseMessage(encodeUtf8([...lines, ...more].join('\r\n')));
  if (!result.ok || result.message.kind !== 'request') throw new Error('the test wrote no request');
  return inspectRequest(result.message, context)?.statusCode;
}

const sdp = { headers: ['Content-Type: application/sdp;charset=utf-8'], body: 'v=0\r\n' };

const mixed = 'Content-Type: multipart/mixed;boundary=b';

/** A body of two parts. */
function parts(first: string, second: string, header = 'X: y'): string {
  return `--b\r\nContent-Type: ${first}\r\n\r\nv=0\r\n--b\r\nContent-Type: ${second}\r\n${header}\r\n\r\nx\r\n--b--\r\n`;
}

describe('the request gate', () => {
  it.each([
    ['INVITE', {}, undefined],
    ['INVITE', sdp, undefined],
    ['REGISTER', {}, 405],
    ['PUBLISH', {}, 405],
    ['SUBSCRIBE', {}, 405],
    ['PRACK', { toTag: true }, undefined],
    ['PRACK', {}, undefined],
    ['PRACK', { callId: 'unknown' }, 481],
    ['PRACK', { toTag: true, headers: ['Content-Type: text/plain'], body: 'x' }, 415],
    ['MESSAGE', { headers: ['Content-Type: text/plain;charset=utf-8'], body: 'x' }, undefined],
    ['MESSAGE', { headers: ['Content-Type: text/html'], body: 'x' }, 415],
    ['MESSAGE', { toTag: true, callId: 'unknown' }, 481],
    ['REFER', {}, undefined],
    ['JUMP', {}, 501],
    ['INVITE', { uri: 'sip:999@pbx' }, 404],
    ['INVITE', { uri: 'sip:pbx' }, 404],
    ['INVITE', { uri: 'sips:201@pbx' }, 416],
    ['INVITE', { uri: 'tel:201' }, 416],
    ['INVITE', { headers: ['Require: replaces'] }, undefined],
    ['INVITE', { headers: ['Require: 100rel, Replaces'] }, 420],
    ['INVITE', { headers: ['Content-Type: application/xml'], body: '<x/>' }, 415],
    ['INVITE', { headers: ['Content-Type: application/xml', 'Content-Disposition: icon;handling=optional'], body: '<x/>' }, undefined],
    ['INVITE', { headers: [...sdp.headers, 'Content-Encoding: gzip'], body: 'x' }, 415],
    ['INVITE', { headers: [...sdp.headers, 'e: identity'], body: 'v=0' }, undefined],
    ['INVITE', { headers: ['Accept: text/plain'] }, 406],
    ['INVITE', { headers: ['Accept: text/plain, application/*;q=0.1'] }, undefined],
    ['OPTIONS', {}, 200],
    ['OPTIONS', { toTag: true, callId: 'unknown' }, 481],
    ['OPTIONS', { toTag: true }, 200],
    ['BYE', { toTag: true }, undefined],
    ['BYE', { toTag: true, callId: 'unknown' }, 481],
    ['INFO', { callId: 'unknown' }, 481],
    ['UPDATE', { toTag: true }, undefined],
    ['UPDATE', { toTag: true, callId: 'unknown' }, 481],
    ['UPDATE', { toTag: true, ...sdp }, undefined],
    ['UPDATE', { toTag: true, headers: ['Content-Type: text/plain'], body: 'x' }, 415],
    ['UPDATE', { toTag: true, headers: ['Session-Expires: 60', 'Supported: timer'] }, 422],
    ['INVITE', { headers: ['x: 60', 'k: timer'] }, 422],
    ['INVITE', { headers: ['x: 60'] }, undefined],
    ['INVITE', { headers: ['m: <tel:+4989>'] }, 400],
    ['INVITE', { headers: [mixed], body: parts('application/sdp', 'application/isup') }, undefined],
    ['INVITE', { headers: [mixed], body: parts('application/sdp', 'application/isup', 'Content-Disposition: x;handling=required') }, 415],
    ['INVITE', { headers: [mixed], body: parts('application/isup', 'text/plain') }, 415],
    ['INVITE', { headers: [mixed], body: '--cut' }, 400],
    ['INVITE', { body: 'no type' }, 415],
    ['NOTIFY', { callId: 'unknown' }, undefined],
    ['ACK', { uri: 'sip:999@pbx', headers: ['Require: nonsense'] }, undefined],
    ['CANCEL', { uri: 'tel:1' }, undefined],
  ] as const)('%s %j: %s', (method, wishes, status) => {
    expect(statusFor(method, wishes)).toBe(status);
  });
});
