import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import {
  add,
  answer,
  answerText,
  type DraftWishes,
  header,
  replace,
  set,
  type Spoil,
  spoiledText,
  text,
  without,
} from '#test/support/sip/message-draft.ts';
import { StandingCall } from '#test/support/sip/standing-call.ts';

let call: StandingCall;
let held = false;
beforeAll(async () => {
  call = await StandingCall.start();
});
afterAll(async () => {
  await call.dispose();
});

/** What a spoiled answer to our re-INVITE comes to. */
type Outcome =
  /** As if it had not come: the right one that follows counts. */
  | 'ignored'
  | 'agreed'
  /** The session stays as it was. */
  | 'failed'
  /** The re-INVITE comes once more. */
  | 'repeated';

const nothing: Spoil = () => undefined;
const startLine =
  (line: string): Spoil =>
  (draft) =>
    answerText(draft).replace(/^.*/, line);

const sdp = (): string => fakeSdp('far', held ? 'sendrecv' : 'recvonly');
const parts = (): string => `--b\r\nContent-Type: application/sdp\r\n\r\n${sdp()}\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n`;
const manyMedia = fakeSdp('far') + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(99);

/** What is wrong with the 200. */
const spoiled: readonly [what: string, outcome: Outcome, spoil: Spoil, wishes?: () => DraftWishes][] = [
  ['no Via', 'ignored', without('Via')],
  ['two Vias', 'ignored', (draft) => void draft.headers.unshift(['Via', 'SIP/2.0/WS a.test;branch=z9hG4bKa'])],
  ['the Via of somebody else', 'ignored', set('Via', 'SIP/2.0/WS far.test;branch=z9hG4bK-first')],
  ['the branch of another request', 'ignored', (draft) => replace(draft, 'Via', `${header(draft, 'Via')}x`)],
  ['no From', 'ignored', without('From')],
  ['no To', 'ignored', without('To')],
  ['no Call-ID', 'ignored', without('Call-ID')],
  ['no CSeq', 'ignored', without('CSeq')],
  ['a CSeq without number', 'ignored', set('CSeq', 'INVITE')],
  ['the CSeq of another method', 'ignored', (draft) => replace(draft, 'CSeq', header(draft, 'CSeq').replace('INVITE', 'INFO'))],
  ['a CSeq beyond 32 bits', 'ignored', set('CSeq', '36893488147419103232 INVITE')],
  ['a CSeq of the past', 'agreed', set('CSeq', '1 INVITE')],
  ['no To tag', 'agreed', set('To', '<sip:202@lab.test>')],
  ['another To tag', 'agreed', set('To', '<sip:202@lab.test>;tag=another')],
  ['a Content-Length beyond the message', 'ignored', set('Content-Length', '99999')],
  ['an absurd Content-Length', 'ignored', set('Content-Length', '9'.repeat(40))],
  ['a negative Content-Length', 'ignored', set('Content-Length', '-1')],
  ['two Content-Lengths', 'ignored', add('Content-Length', '1')],
  ['status 99', 'ignored', startLine('SIP/2.0 99 Because')],
  ['status 700', 'ignored', startLine('SIP/2.0 700 Because')],
  ['status 4294967496', 'ignored', startLine('SIP/2.0 4294967496 Because')],
  ['a status that is none', 'ignored', startLine('SIP/2.0 OK 200')],
  ['an unknown version', 'ignored', startLine('SIP/9.0 200 OK')],
  ['no reason', 'agreed', startLine('SIP/2.0 200')],
  ['a reason of strange signs', 'agreed', startLine('SIP/2.0 200 ["<Jörg>", #1] 100 %')],
  ['no Contact', 'agreed', without('Contact')],
  ['a star for Contact', 'agreed', set('Contact', '*')],
  ['a telephone number for Contact', 'agreed', set('Contact', '<tel:+4989123>')],
  ['a Contact that is none', 'agreed', set('Contact', '<<>>')],
  ['an extension that nobody asked for', 'agreed', add('Require', 'mind-reading')],
  ['a Session-Expires that is none', 'agreed', add('Session-Expires', 'soon')],
  ['a Session-Expires of a second', 'agreed', add('Session-Expires', '1;refresher=uas')],
  ['an asserted identity that is none', 'agreed', add('P-Asserted-Identity', '<<>>')],
  ['no description', 'failed', nothing, () => ({})],
  ['a description that is none', 'failed', nothing, () => ({ body: '\u0000v=\r\n' })],
  ['a description without audio', 'failed', nothing, () => ({ body: 'v=0\r\ns=-\r\nt=0 0\r\n' })],
  ['100 media', 'failed', nothing, () => ({ body: manyMedia })],
  ['a body without type', 'failed', without('Content-Type')],
  ['a body of another type', 'failed', set('Content-Type', 'text/plain')],
  ['a description among other parts', 'agreed', nothing, () => ({ body: parts(), contentType: 'multipart/mixed;boundary=b' })],
  [
    'parts that cannot be told apart',
    'failed',
    nothing,
    () => ({ body: parts().slice(0, -10), contentType: 'multipart/mixed;boundary=b' }),
  ],
];

/** Answers that are none of 200. */
const others: readonly (readonly [status: number, headers: readonly [string, string][], Outcome])[] = [
  [183, [], 'ignored'],
  [100, [], 'ignored'],
  [300, [['Contact', '<sip:203@lab.test>']], 'failed'],
  [302, [['Contact', '<sip:203@lab.test>']], 'failed'],
  [305, [], 'failed'],
  [400, [], 'failed'],
  [401, [], 'failed'],
  [401, [['WWW-Authenticate', 'Basic realm="office"']], 'failed'],
  [401, [['WWW-Authenticate', 'Digest realm="evil", nonce="1"']], 'failed'],
  [401, [['WWW-Authenticate', 'Digest realm="office", nonce="again"']], 'repeated'],
  [403, [], 'failed'],
  [404, [], 'failed'],
  [407, [['Proxy-Authenticate', '']], 'failed'],
  [415, [], 'failed'],
  [420, [['Unsupported', 'timer']], 'failed'],
  [422, [], 'failed'],
  [422, [['Min-SE', '99999999999']], 'failed'],
  [422, [['Min-SE', 'much']], 'failed'],
  [480, [], 'failed'],
  [486, [], 'failed'],
  [488, [], 'failed'],
  [491, [], 'repeated'],
  [500, [], 'failed'],
  [500, [['Retry-After', '0']], 'repeated'],
  [501, [], 'failed'],
  [503, [['Retry-After', 'later']], 'failed'],
  [513, [], 'failed'],
  [600, [], 'failed'],
  [603, [], 'failed'],
  [606, [], 'failed'],
  [699, [], 'failed'],
];

function good(request: SipRequest): string {
  return answerText(answer(request, 200, { body: sdp() }));
}

/** Asks for hold, or for its end, and gives the re-INVITE the first answer. */
async function answerReinvite(first: (request: SipRequest) => string, outcome: Outcome): Promise<void> {
  const { wire, id } = call;
  const seen = wire.events.length;
  const ended = (): string | undefined => wire.events.slice(seen).find(({ type }) => type.startsWith('local-hold'))?.type;
  const request = await call.request('INVITE', () => wire.line.setHold(id, !held));
  const send = (): void => wire.server.sendToAll(first(request));
  if (outcome === 'repeated') {
    const again = await call.request('INVITE', send);
    expect(again.cseq.sequence).toBe(request.cseq.sequence + 1);
    wire.server.sendToAll(good(again));
  } else {
    send();
    if (outcome === 'ignored') {
      await call.ask(text(call.draft('OPTIONS')), true);
      expect(ended()).toBeUndefined();
      wire.server.sendToAll(good(request));
    }
  }
  await wire.until(() => ended() !== undefined);
  expect(ended()).toBe(outcome === 'failed' ? 'local-hold-failed' : 'local-hold-changed');
  if (outcome !== 'failed') held = !held;
  // whatever it was, its sender got an ACK, and the call goes on
  expect(await call.ask(text(call.draft('OPTIONS')), true)).toEqual([200]);
  expect(wire.server.requests.at(-1)?.method).toBe('ACK');
}

describe('an answer to our re-INVITE', () => {
  for (const [what, outcome, spoil, wishes = () => ({ body: sdp() })] of spoiled) {
    it(`with ${what} is ${outcome}`, async () => {
      await answerReinvite((request) => spoiledText(answer(request, 200, wishes()), spoil, answerText), outcome);
    });
  }

  it.each(others)('%s %j is %s', async (status, headers, outcome) => {
    await answerReinvite((request) => answerText(answer(request, status, { headers })), outcome);
  });

  it('that comes twice is acknowledged twice', async () => {
    const { wire, id } = call;
    const request = await call.request('INVITE', () => wire.line.setHold(id, !held));
    const acks = wire.server.requestsOf('ACK').length;
    wire.server.sendToAll(good(request));
    await call.request('ACK', () => wire.server.sendToAll(answerText(answer(request, 486))));
    held = !held;
    expect(wire.server.requestsOf('ACK')).toHaveLength(acks + 1);
    expect(await call.ask(text(call.draft('OPTIONS')), true)).toEqual([200]);
  });
});

describe('the call', () => {
  it('is the same as before, and its BYE goes to the same place', async () => {
    const { wire, id } = call;
    expect(wire.media.collisions).toEqual([]);
    const bye = await call.request('BYE', () => wire.line.hangUp(id));
    expect(bye.uri.text).toBe('sip:202@far.test;transport=ws');
    expect(findHeader(bye.headers, 'To')).toContain('tag=far-tag');
    wire.server.sendToAll(answerText(answer(bye, 200)).replace(/^Contact.*\r\n/m, ''));
    await wire.until(() => wire.events.at(-1)?.type === 'closed');
    expect(wire.line.liveCalls).toBe(0);
  });
});
