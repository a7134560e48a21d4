import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import {
  add,
  type Draft,
  header,
  remove,
  replace,
  set,
  several,
  type Spoil,
  spoiledText,
  text,
  without,
} from '#test/support/sip/message-draft.ts';
import { StandingCall } from '#test/support/sip/standing-call.ts';

let call: StandingCall;
beforeAll(async () => {
  call = await StandingCall.start();
});
afterAll(async () => {
  await call.dispose();
});

type Method = 'INFO' | 'OPTIONS' | 'UPDATE' | 'INVITE' | 'PRACK' | 'BYE' | 'REFER' | 'MESSAGE' | 'NOTIFY';

/** What a request without a fault gets; BYE and REFER are only sent with one. */
const unspoiled: Readonly<Record<Exclude<Method, 'BYE' | 'REFER'>, number>> = {
  INFO: 200,
  OPTIONS: 200,
  UPDATE: 200,
  INVITE: 200,
  PRACK: 481,
  MESSAGE: 200,
  NOTIFY: 489,
};
const harmless = Object.keys(unspoiled) as (keyof typeof unspoiled)[];
const all: readonly Method[] = [...harmless, 'BYE', 'REFER'];
const inDialogOnly: readonly Method[] = ['INFO', 'UPDATE', 'PRACK', 'BYE'];

function draftOf(method: Method): Draft {
  switch (method) {
    case 'INVITE':
      return call.draft(method, { body: fakeSdp('far') });
    case 'MESSAGE':
      return call.draft(method, { body: 'hello', contentType: 'text/plain' });
    case 'REFER':
      return call.draft(method, { headers: [['Refer-To', '<sip:203@lab.test>']] });
    case 'NOTIFY':
      return call.draft(method, {
        headers: [
          ['Event', 'presence'],
          ['Subscription-State', 'active'],
        ],
      });
    default:
      return call.draft(method);
  }
}

const uri =
  (value: string): Spoil =>
  (draft) => {
    draft.uri = value;
  };

/** What is wrong, with which requests, and the status: null when nobody can be answered, `unspoiled` when it harms nobody. */
const faults: readonly (readonly [what: string, methods: readonly Method[], status: number | null | 'unspoiled', spoil: Spoil])[] = [
  ['no To tag', inDialogOnly, 481, set('To', '<sip:201@lab.test>')],
  ['the To tag of another dialog', all, 481, set('To', '<sip:201@lab.test>;tag=other')],
  ['the From tag of another dialog', all, 481, set('From', '<sip:202@lab.test>;tag=other')],
  ['the Call-ID of another dialog', all, 481, set('Call-ID', 'another-call')],
  ['a CSeq of the past', all.filter((method) => method !== 'OPTIONS'), 500, (draft) => replace(draft, 'CSeq', `1 ${draft.method}`)],
  ['a CSeq of another method', all, 400, (draft) => replace(draft, 'CSeq', header(draft, 'CSeq').replace(/\w+$/, 'PUBLISH'))],
  ['a CSeq without number', all, 400, (draft) => replace(draft, 'CSeq', draft.method)],
  ['a CSeq beyond 32 bits', all, 400, (draft) => replace(draft, 'CSeq', `36893488147419103232 ${draft.method}`)],
  ['a negative CSeq', ['INFO', 'INVITE', 'BYE'], 400, (draft) => replace(draft, 'CSeq', `-1 ${draft.method}`)],
  ['no CSeq', all, 400, without('CSeq')],
  ['no From', all, 400, without('From')],
  ['no To', all, 400, without('To')],
  ['no Call-ID', all, 400, without('Call-ID')],
  ['two Call-IDs', ['INFO', 'INVITE', 'BYE'], 400, add('Call-ID', 'second')],
  ['two Tos', ['INFO', 'INVITE', 'BYE'], 400, add('To', '<sip:203@lab.test>;tag=second')],
  ['no Via', all, null, without('Via')],
  ['a Via that is none', ['INFO', 'INVITE', 'BYE'], 400, set('Via', '???')],
  ['a Content-Length beyond the message', all, 400, set('Content-Length', '9999')],
  ['an absurd Content-Length', all, 400, set('Content-Length', '9'.repeat(40))],
  ['a negative Content-Length', all, 400, set('Content-Length', '-1')],
  ['a Content-Length that is no number', ['INFO', 'INVITE', 'BYE'], 400, set('Content-Length', 'long')],
  ['two Content-Lengths', ['INFO', 'INVITE', 'BYE'], 400, add('Content-Length', '1')],
  ['somebody else in the Request-URI', all, 404, uri('sip:999@lab.test')],
  ['nobody in the Request-URI', ['INFO', 'INVITE', 'BYE'], 404, uri('sip:lab.test')],
  ['a telephone number in the Request-URI', all, 416, uri('tel:+4989123')],
  ['a web address in the Request-URI', ['INFO', 'INVITE', 'BYE'], 416, uri('http://lab.test/')],
  ['a Request-URI with white space', ['INFO', 'INVITE', 'BYE'], 400, uri('sip:201@lab.test; x=1')],
  ['an unknown extension', all, 420, add('Require', 'timer, mind-reading')],
  ['an unknown version', ['INFO', 'INVITE', 'BYE'], 505, (draft) => text(draft).replace('SIP/2.0', 'SIP/9.0')],
  ['its method in small letters', all, 501, (draft) => text(draft).replaceAll(draft.method, draft.method.toLowerCase())],
  ['a quoted string without end', ['INFO', 'INVITE', 'BYE'], 400, set('From', '"Bob <sip:202@lab.test>;tag=far-tag')],
  ['a header of 9 KiB', ['INFO', 'INVITE', 'BYE'], 400, add('X-Long', 'x'.repeat(9 * 1024))],
  ['a line that is no header', harmless, 'unspoiled', (draft) => text(draft).replace('Max-Forwards', 'no header\r\nMax-Forwards')],
  ['short names', harmless, 'unspoiled', (draft) => text(draft).replace('Via:', 'v :').replace('To:', 't:').replace('Call-ID:', 'I:')],
  ['folded lines', harmless, 'unspoiled', (draft) => text(draft).replace('CSeq: ', 'CSeq:\r\n  ')],
  ['an unquoted name with an umlaut', harmless, 'unspoiled', set('From', 'Jörg, Büro <sip:202@lab.test>;tag=far-tag')],
  ['Max-Forwards that are no number', harmless, 'unspoiled', set('Max-Forwards', 'many')],
  ['a Date that never was', harmless, 'unspoiled', add('Date', 'the 32nd of May')],
];

const dtmf = 'application/dtmf-relay';
const garbage = '\u0000\u0001v=\r\n\r\n';
const manyMedia = fakeSdp('far') + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(99);
const mixed = 'multipart/mixed;boundary=b';
const parts = `--b\r\nContent-Type: application/sdp\r\n\r\n${fakeSdp('far')}\r\n--b\r\nContent-Type: application/isup\r\n\r\n\u0001\r\n--b--\r\n`;
const replaces = (value: string): Spoil => {
  return (draft) => {
    // an INVITE outside of the dialog
    replace(draft, 'To', '<sip:201@lab.test>');
    replace(draft, 'Call-ID', `replacing-${call.sequence}`);
    draft.headers.push(['Replaces', value]);
  };
};
const body =
  (content: string, type?: string): Spoil =>
  (draft) => {
    draft.body = content;
    remove(draft, 'Content-Type');
    if (type !== undefined) draft.headers.push(['Content-Type', type]);
    replace(draft, 'Content-Length', String(Buffer.byteLength(content)));
  };

/** Faults of one method only. */
const special: readonly (readonly [method: string, what: string, status: number | null, spoil: Spoil])[] = [
  ['INVITE', 'no description', 200, body('')],
  ['INVITE', 'a description that is none', 488, body(garbage, 'application/sdp')],
  ['INVITE', 'a description without audio', 488, body('v=0\r\ns=-\r\nt=0 0\r\n', 'application/sdp')],
  ['INVITE', '100 media', 488, body(manyMedia, 'application/sdp')],
  ['INVITE', 'a body without type', 415, body(fakeSdp('far'))],
  ['INVITE', 'a body of an unknown type', 415, body('<x/>', 'application/xml')],
  ['INVITE', 'a compressed body', 415, several(body('x', 'application/sdp'), add('Content-Encoding', 'gzip'))],
  ['INVITE', 'a description among other parts', 200, body(parts, mixed)],
  ['INVITE', 'parts that cannot be told apart', 400, body(parts.slice(0, -10), mixed)],
  ['INVITE', 'parts without a description', 415, body(parts.replace('application/sdp', 'text/plain'), mixed)],
  [
    'INVITE',
    'a part that must be understood',
    415,
    body(parts.replace('/isup\r\n', '/isup\r\nContent-Disposition: x;handling=required\r\n'), mixed),
  ],
  ['INVITE', 'no Contact', 400, without('Contact')],
  ['INVITE', 'a star for Contact', 400, set('Contact', '*')],
  ['INVITE', 'a telephone number for Contact', 400, set('Contact', '<tel:+4989123>')],
  ['INVITE', 'a Contact that may mean two things', 400, set('Contact', 'sip:202@far.test?Route=%3Csip:evil%3E')],
  ['INVITE', 'a Session-Expires too short', 422, several(add('Session-Expires', '30'), add('Supported', 'timer'))],
  ['INVITE', 'a Session-Expires that is none', 200, several(add('Session-Expires', 'soon'), add('Supported', 'timer'))],
  ['INVITE', 'an answer that may hold no description', 406, add('Accept', 'text/html')],
  ['INVITE', 'a Replaces of a dialog that is not ours', 481, replaces('unknown;to-tag=a;from-tag=b')],
  ['INVITE', 'a Replaces without tags', 400, replaces('standing-call')],
  ['INVITE', 'a Replaces of our dialog with swapped tags', 481, (draft) => replaces(replacesValue('from', 'to'))(draft)],
  ['INVITE', 'a Replaces that wants a call that still rings', 486, (draft) => replaces(`${replacesValue('to', 'from')};early-only`)(draft)],
  ['INVITE', 'two Replaces', 400, several(replaces('a;to-tag=1;from-tag=2'), add('Replaces', 'b;to-tag=1;from-tag=2'))],
  ['UPDATE', 'an offer that is none', 488, body(garbage, 'application/sdp')],
  ['UPDATE', '100 media', 488, body(manyMedia, 'application/sdp')],
  ['UPDATE', 'an offer', 200, body(fakeSdp('far'), 'application/sdp')],
  ['UPDATE', 'an offer among other parts', 200, body(parts, mixed)],
  ['UPDATE', 'a body of an unknown type', 415, body('x', 'text/plain')],
  ['UPDATE', 'a body without type', 415, body(garbage)],
  ['UPDATE', 'no Contact', 200, without('Contact')],
  ['UPDATE', 'a web address for Contact', 400, set('Contact', '<http://evil.test/>')],
  ['UPDATE', 'a Session-Expires too short', 422, several(add('Session-Expires', '1'), add('Supported', 'timer'))],
  ['UPDATE', 'an asserted identity that is none', 200, add('P-Asserted-Identity', '<<>>')],
  ['PRACK', 'an RAck of nothing', 481, add('RAck', '1 1 INVITE')],
  ['PRACK', 'an RAck that is none', 481, add('RAck', 'x')],
  ['PRACK', 'an offer', 481, body(fakeSdp('far'), 'application/sdp')],
  ['PRACK', 'a body of an unknown type', 415, body('x', 'image/png')],
  ['INFO', 'digits', 200, body('Signal=5\r\nDuration=160\r\n', dtmf)],
  ['INFO', 'digits that are none', 200, body(garbage, dtmf)],
  ['INFO', 'an unknown package', 469, add('Info-Package', 'mind-reading')],
  ['INFO', 'a body of an unknown type', 415, body('<x/>', 'application/media_control+xml')],
  ['REFER', 'no Refer-To', 400, without('Refer-To')],
  ['REFER', 'two Refer-Tos', 400, add('Refer-To', '<sip:204@lab.test>')],
  ['REFER', 'a Refer-To that is none', 400, set('Refer-To', '<<>>')],
  ['NOTIFY', 'no Event', 489, without('Event')],
  ['NOTIFY', 'an Event that is none', 489, set('Event', ';;')],
  ['SUBSCRIBE', 'an Event that nobody tells', 405, add('Event', 'presence')],
  ['PUBLISH', 'anything', 405, () => undefined],
  ['REGISTER', 'anything', 405, () => undefined],
  ['JUMP', 'anything', 501, () => undefined],
  ['CANCEL', 'nothing to cancel', 481, (draft) => replace(draft, 'Via', 'SIP/2.0/WS far.test;branch=z9hG4bK-unknown')],
  ['ACK', 'nothing to acknowledge', null, () => undefined],
  ['ACK', 'an unknown extension', null, add('Require', 'mind-reading')],
  ['ACK', 'no CSeq', null, without('CSeq')],
];

function replacesValue(to: 'to' | 'from', from: 'to' | 'from'): string {
  const ours = /;tag=([^;]+)/.exec(call.to)?.[1] ?? '';
  return `standing-call;${to}-tag=${ours};${from}-tag=far-tag`;
}

const rows = [
  ...faults.flatMap(([what, methods, status, spoil]) =>
    methods.map((method) => [method, what, status === 'unspoiled' ? unspoiled[method as keyof typeof unspoiled] : status, spoil] as const),
  ),
  ...special,
];

describe('a request in a call that stands', () => {
  it('is spoiled in more than 200 ways', () => {
    expect(rows.length).toBeGreaterThan(200);
  });

  it.each(rows)('%s with %s gets %s', async (method, _what, status, spoil) => {
    const draft = all.includes(method as Method) ? draftOf(method as Method) : call.draft(method);
    expect(await call.ask(spoiledText(draft, spoil, text), status !== null)).toEqual(status === null ? [] : [status]);
  });
});

describe('the call', () => {
  it('survives two hundred requests in which chance has changed something', async () => {
    const random = new SeededRandom(4475);
    for (let round = 0; round < 200; round++) {
      const method = harmless[Math.floor(random.fraction() * harmless.length)] ?? 'INFO';
      await call.ask(mutated(text(draftOf(method)), random), false);
      // an INVITE that lost its dialog is a new call
      for (const { call: id } of call.wire.events) if (id !== call.id) call.wire.line.hangUp(id);
    }
    await call.ask(text(call.draft('OPTIONS')), true);
  });

  it('is the same as before', async () => {
    const { wire } = call;
    const types = wire.events.filter((event) => event.call === call.id).map(({ type }) => type);
    expect(types.filter((type) => type !== 'remote-hold-changed')).toEqual(['invite-received', 'established']);
    expect(wire.media.collisions).toEqual([]);
    expect(wire.server.connectionCount).toBe(1);
    expect(await call.ask(text(draftOf('INVITE')), true)).toEqual([200]);
    expect(await call.ask(text(draftOf('OPTIONS')), true)).toEqual([200]);
    const reinvite = await call.request('INVITE', () => wire.line.setHold(call.id, true));
    expect(reinvite.uri.text).toBe('sip:202@far.test;transport=ws');
    wire.server.sendToAll(text(call.draft('BYE')));
    await wire.until(() => wire.events.at(-1)?.type === 'terminated');
    expect(wire.line.liveCalls).toBe(0);
  });
});

/** One thing is different, but not in the line of CSeq: what it says of the future would count. */
function mutated(message: string, random: SeededRandom): string {
  const lines = message.split('\r\n');
  const at = (length: number): number => Math.floor(random.fraction() * length);
  let index = at(lines.length);
  if (lines[index]?.startsWith('CSeq') === true) index = 0;
  const line = lines[index] ?? '';
  const place = at(line.length + 1);
  const character = String.fromCharCode(at(128));
  const changes: readonly (() => string[])[] = [
    () => lines.toSpliced(index, 1),
    () => lines.toSpliced(index, 0, line),
    () => lines.toSpliced(index, 1, line.slice(0, place)),
    () => lines.toSpliced(index, 1, line.slice(0, place) + character + line.slice(place)),
    () => lines.toSpliced(index, 1, line.slice(0, place) + character + line.slice(place + 1)),
    () => lines.toSpliced(index, 0, 'Contact: <sip:evil@evil.test>'),
    () => [message.slice(0, at(message.length))],
  ];
  return (changes[at(changes.length)]?.() ?? lines).join('\r\n');
}
