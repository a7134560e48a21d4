import { describe, expect, it } from 'vitest';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import { maxBodyBytes, maxHeaderCount, maxHeaderLineBytes, maxHeadersBytes, maxStartLineBytes } from '#shared/sip/limits.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { accept, acceptRequest, messageText, plainHeaders, refuse, requestText, toBytes } from './sample.ts';

describe('what real servers send and must be read', () => {
  it.each([
    ['reason with brackets and quotes', 'SIP/2.0 486 [busy] "now" <x> #1 100%', 486, '[busy] "now" <x> #1 100%'],
    ['no space behind the status', 'SIP/2.0 200', 200, ''],
    ['nothing between status and reason', 'SIP/2.0 200OK', 200, 'OK'],
    ['umlauts in the reason', 'SIP/2.0 404 Nicht verfügbar', 404, 'Nicht verfügbar'],
    ['version in lower case', 'sip/2.0 180 Ringing', 180, 'Ringing'],
  ])('status line: %s', (_name, line, status, reason) => {
    const message = accept(messageText(line));
    expect(message.kind === 'response' && [message.status, message.reason]).toEqual([status, reason]);
  });

  it.each([
    ['tel:', '<tel:+49891234;phone-context=example.com>;tag=1', '', 'tel', '+49891234', ''],
    ['tel: without brackets', 'tel:+49891234;tag=1', '', 'tel', '+49891234', ''],
    ['raw # in the user', '<sip:*21#@example.com>', '', 'sip', '*21#', 'example.com'],
    ['umlaut in a display name', 'Jürgen Müller <sip:jm@example.com>', 'Jürgen Müller', 'sip', 'jm', 'example.com'],
    ['comma in a display name', 'Müller, Jürgen <sip:jm@example.com>', 'Müller, Jürgen', 'sip', 'jm', 'example.com'],
    ['parentheses in a display name', 'Anna (Sales) <sip:a@example.com>', 'Anna (Sales)', 'sip', 'a', 'example.com'],
    ['space behind <', '"A" < sip:a@example.com >', 'A', 'sip', 'a', 'example.com'],
    ['underscore in the host', '<sip:a@my_pbx.local>', '', 'sip', 'a', 'my_pbx.local'],
    ['IPv6 zone', '<sip:a@[fe80::1%eth0]:5061>', '', 'sip', 'a', '[fe80::1%eth0]'],
    ['upper case host and scheme', '<SIP:a@PBX.Example.COM>', '', 'sip', 'a', 'pbx.example.com'],
    ['sips', 'sips:a@example.com', '', 'sips', 'a', 'example.com'],
    ['no user', '<sip:pbx.example.com>', '', 'sip', undefined, 'pbx.example.com'],
    ['an empty user', '<sip:@pbx.example.com>', '', 'sip', undefined, 'pbx.example.com'],
    ['a password', '<sip:a:secret@example.com>', '', 'sip', 'a', 'example.com'],
    ['an empty port', '<sip:a@example.com:>', '', 'sip', 'a', 'example.com'],
    ['another scheme', '<urn:service:sos>', '', 'urn', undefined, ''],
    ['an @ in URI headers', '<sip:a@example.com?Replaces=1@2>', '', 'sip', 'a', 'example.com'],
    ['something between name and <', '"Anna" (mobile) <sip:a@example.com>', 'Anna', 'sip', 'a', 'example.com'],
  ])('From: %s', (_name, from, displayName, scheme, user, host) => {
    const { from: read } = accept(requestText({ From: from }));
    expect([read.displayName, read.uri.scheme, read.uri.user, read.uri.host]).toEqual([displayName, scheme, user, host]);
  });

  it('Contact: * and lists', () => {
    const star = accept(requestText({}, ['Contact: *']));
    expect([star.contactStar, star.contacts]).toEqual([true, []]);
    const list = accept(
      requestText({}, ['Contact: "A, B" <sip:a@h;x=1,2>;q=0.5, Bell, Alex <sip:b@h>, sip:c@h;expires=3', 'm: <sip:d@h>']),
    );
    expect(list.contacts.map((contact) => [contact.displayName, contact.uri.user])).toEqual([
      ['A, B', 'a'],
      ['Bell, Alex', 'b'],
      ['', 'c'],
      ['', 'd'],
    ]);
    expect(list.contacts[2]?.parameters.get('expires')).toBe('3');
  });

  it.each([
    ['Contact', '<sip:a@'],
    ['Contact', ';;,,"'],
    ['Content-Type', 'application/ sdp;;='],
    ['Max-Forwards', 'many'],
    ['Expires', '-1'],
    ['Refer-To', 'sip:a@example.com?Replaces=1'],
  ])('a malformed %s (%s) does no harm', (name, value) => {
    const message = accept(requestText({}, [`${name}: ${value}`]));
    expect(findHeader(message.headers, name)).toBe(value);
    expect(message.contacts).toEqual([]);
  });

  it('lines that end with LF only', () => {
    const message = accept(requestText({}, ['Subject: a', 'Content-Length: 2'], 'hi').replaceAll('\r\n', '\n'));
    expect([message.callId, message.headers.at(-2)?.value, message.body.length]).toEqual([plainHeaders['Call-ID'], 'a', 2]);
  });

  it('empty lines before the start line', () => {
    expect(acceptRequest(`\r\n\r\n${requestText()}`).method).toBe('INVITE');
  });

  it('every compact form', () => {
    const compact = 'a b c d e j k n o r s u x y'.split(' ');
    const message = accept(
      messageText('INVITE sip:a@b SIP/2.0', { Via: undefined, From: undefined, To: undefined, 'Call-ID': undefined }, [
        `v: ${plainHeaders['Via']}`,
        `f: ${plainHeaders['From']}`,
        `T : ${plainHeaders['To']}`,
        'I: 1',
        'M: <sip:c@d>',
        ...compact.map((letter) => `${letter}: 1`),
        'L: 0',
      ]),
    );
    expect(message.headers.map((field) => field.name)).toEqual([
      'CSeq',
      'Via',
      'From',
      'To',
      'Call-ID',
      'Contact',
      'Accept-Contact',
      'Referred-By',
      'Content-Type',
      'Request-Disposition',
      'Content-Encoding',
      'Reject-Contact',
      'Supported',
      'Identity-Info',
      'Event',
      'Refer-To',
      'Subject',
      'Allow-Events',
      'Session-Expires',
      'Identity',
      'Content-Length',
    ]);
  });

  it('names in any case become canonical, unknown ones stay', () => {
    const message = accept(requestText({}, ['www-authenticate: 1', 'CONTENT-TYPE: 2', 'x-Own: 3', 'Not a header', ': 4', 'b@d: 5']));
    expect(message.headers.slice(5)).toEqual([
      { name: 'WWW-Authenticate', value: '1' },
      { name: 'Content-Type', value: '2' },
      { name: 'x-Own', value: '3' },
    ]);
    expect([findHeader(message.headers, 'c'), findHeader(message.headers, 'X-OWN'), findHeaders(message.headers, 'content-type')]).toEqual([
      '2',
      '3',
      ['2'],
    ]);
  });

  it('folded headers are joined with one space', () => {
    const message = accept(requestText({ From: '"Anna"\r\n\t <sip:a@b>\r\n ;tag=1' }, ['Subject:', '  two ', ' words']));
    expect(message.headers.find((field) => field.name === 'From')?.value).toBe('"Anna" <sip:a@b> ;tag=1');
    expect([message.from.parameters.get('tag'), message.headers.at(-1)?.value]).toEqual(['1', 'two words']);
  });

  it('bytes that are no UTF-8 become replacement characters', () => {
    const latin1 = Uint8Array.from(requestText({ From: 'J\u00fcrgen <sip:j@b>' }), (letter) => letter.charCodeAt(0));
    const result = parseMessage(latin1);
    expect(result.ok && result.message.from.displayName).toBe('J\ufffdrgen');
  });

  it('Content-Length counts bytes, not characters', () => {
    expect(accept(requestText({}, ['Content-Length: 3'], 'ü!\r\njunk')).body).toEqual(toBytes('ü!'));
    expect(accept(requestText({}, [], 'everything')).body).toEqual(toBytes('everything'));
    expect(accept(requestText({}, ['Content-Length: 1', 'l: 1'], 'ab')).body).toEqual(toBytes('a'));
  });

  it('URI parameters and headers', () => {
    const { uri } = accept(requestText({ To: '<sip:a@b:5061;Transport=TLS;lr;ob=?Replaces=1%3Bto-tag%3D2&X=a&X=b>' })).to;
    expect([uri.port, ...uri.parameters]).toEqual([5061, ['transport', 'TLS'], ['lr', null], ['ob', '']]);
    expect([...uri.headers]).toEqual([
      ['Replaces', ['1;to-tag=2']],
      ['X', ['a', 'b']],
    ]);
    expect(accept(requestText({ To: '<sip:a@b;x=%zz>' })).to.uri.parameters.get('x')).toBe('%zz');
  });
});

describe('faults', () => {
  it.each([
    ['empty', '', 'framing', 'headers-unterminated', undefined],
    ['only empty lines', '\r\n\r\n', 'framing', 'headers-unterminated', undefined],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'framing', 'not-sip', undefined],
    ['noise', '\u0000\u0001\u0002', 'framing', 'headers-unterminated', undefined],
    ['no empty line', 'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nFrom: <sip', 'framing', 'headers-unterminated', 400],
    ['a lone CR', requestText({}, ['Subject: a\rFrom: <sip:x@y>']), 'framing', 'line-end-stray', 400],
    ['SIP 3.0', messageText('INVITE sip:a@b SIP/3.0'), 'validation', 'version-unknown', 505],
    ['status of SIP 3.0', messageText('SIP/3.0 200 OK'), 'validation', 'version-unknown', undefined],
    ['a status of two digits', messageText('SIP/2.0 99 x'), 'header', 'status-malformed', undefined],
    ['status 700', messageText('SIP/2.0 700 x'), 'header', 'status-malformed', undefined],
    ['no status', messageText('SIP/2.0'), 'header', 'status-malformed', undefined],
    ['no Request-URI', messageText('INVITE SIP/2.0'), 'header', 'request-line-malformed', 400],
    ['a port that is none', messageText('INVITE sip:a@b:70000 SIP/2.0'), 'header', 'request-uri-malformed', 400],
    ['no host', messageText('INVITE sip:a@ SIP/2.0'), 'header', 'request-uri-malformed', 400],
    ['an open IPv6 literal', messageText('INVITE sip:a@[::1 SIP/2.0'), 'header', 'request-uri-malformed', 400],
    ['mailto:', messageText('INVITE mailto:a@b SIP/2.0'), 'validation', 'request-uri-scheme-unknown', 416],
    ['two From', requestText({}, ['f: <sip:x@y>']), 'header', 'header-repeated', 400],
    ['two From in one', requestText({ From: '<sip:a@b>;tag=1, <sip:c@d>' }), 'header', 'from-malformed', 400],
    ['CSeq without a method', requestText({ CSeq: '1' }), 'header', 'cseq-malformed', 400],
    ['CSeq without a number', requestText({ CSeq: 'INVITE' }), 'header', 'cseq-malformed', 400],
    ['CSeq beyond 32 bits', requestText({ CSeq: '4294967296 INVITE' }), 'header', 'cseq-malformed', 400],
    ['CSeq of another method', requestText({ CSeq: '1 BYE' }), 'validation', 'cseq-mismatch', 400],
    ['malformed CSeq in a response', messageText('SIP/2.0 200 OK', { CSeq: 'x' }), 'header', 'cseq-malformed', undefined],
    ['empty Call-ID', requestText({ 'Call-ID': '' }), 'header', 'call-id-malformed', 400],
    ['To without a scheme', requestText({ To: 'anna' }), 'header', 'to-malformed', 400],
    ['Via with nothing', requestText({ Via: '' }), 'header', 'via-malformed', 400],
    ['Via without a host', requestText({ Via: 'SIP/2.0/TCP ;branch=1' }), 'header', 'via-malformed', 400],
    ['Via with a bad port', requestText({ Via: 'SIP/2.0/TCP h:x' }), 'header', 'via-malformed', 400],
    ['no Via', requestText({ Via: undefined }), 'validation', 'header-missing', undefined],
    ['no Call-ID', requestText({ 'Call-ID': undefined }), 'validation', 'header-missing', 400],
    ['an ACK', messageText('ACK sip:a@b SIP/2.0', { CSeq: 'x' }), 'header', 'cseq-malformed', undefined],
    ['Content-Length with a sign', requestText({}, ['l: +1'], 'a'), 'framing', 'content-length-malformed', 400],
    ['Content-Length twice', requestText({}, ['l: 1', 'l: 2'], 'ab'), 'framing', 'content-length-conflict', 400],
    ['a body that is cut', requestText({}, ['l: 3'], 'ü'), 'framing', 'body-truncated', 400],
  ])('%s', (_name, text, layer, code, status) => {
    expect(refuse(text)).toMatchObject({ layer, code, answerStatus: status });
  });

  it('salvages the whole lines of a message that breaks off', () => {
    const { salvaged } = refuse('INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/TCP h\r\nFrom: <sip');
    expect(salvaged).toEqual({ kind: 'request', method: 'INVITE', headers: [{ name: 'Via', value: 'SIP/2.0/TCP h' }] });
  });

  it('a branch that is the magic cookie alone matters in requests only', () => {
    const via = { Via: 'SIP/2.0/TCP h;branch=z9hG4bK' };
    expect(refuse(requestText(via)).code).toBe('branch-empty');
    expect(accept(messageText('SIP/2.0 200 OK', via)).kind).toBe('response');
  });
});

describe('caps', () => {
  it('keep what an answer needs when the header over its cap is one of those', () => {
    const from = `"${'A'.repeat(10_000)}" <sip:a@b>;tag=1`;
    const fault = refuse(requestText({ From: from }));
    expect(fault).toMatchObject({ layer: 'framing', code: 'header-line-too-long', answerStatus: 400 });
    const salvaged = new Map(fault.salvaged.headers.map(({ name, value }) => [name, value]));
    expect(salvaged.get('From')).toBe(from);
    for (const name of ['Via', 'To', 'Call-ID', 'CSeq']) expect(salvaged.has(name)).toBe(true);
  });

  it('keep no more than all headers together may be', () => {
    const fault = refuse(requestText({}, [`X: ${'x'.repeat(100_000)}`]));
    expect(fault.code).toBe('header-line-too-long');
    expect(fault.salvaged.headers.some(({ name }) => name === 'X')).toBe(false);
  });

  const uriOf = (length: number): string => `sip:${'a'.repeat(length - 'INVITE sip:@b SIP/2.0'.length)}@b`;

  it('start line', () => {
    expect(acceptRequest(messageText(`INVITE ${uriOf(maxStartLineBytes)} SIP/2.0`)).method).toBe('INVITE');
    expect(refuse(messageText(`INVITE ${uriOf(maxStartLineBytes + 1)} SIP/2.0`))).toMatchObject({
      code: 'start-line-too-long',
      answerStatus: undefined,
    });
    expect(refuse('x'.repeat(maxStartLineBytes + 1)).code).toBe('start-line-too-long');
  });

  it('one header line, folded or not', () => {
    const fill = maxHeaderLineBytes - 'Subject: '.length;
    expect(accept(requestText({}, [`Subject: ${'a'.repeat(fill)}`])).headers).toHaveLength(6);
    expect(refuse(requestText({}, [`Subject: ${'a'.repeat(fill + 1)}`]))).toMatchObject({
      code: 'header-line-too-long',
      answerStatus: 400,
    });
    expect(refuse(requestText({}, ['Subject: a', ...Array<string>(3).fill(` ${'a'.repeat(3000)}`)])).code).toBe('header-line-too-long');
    expect(refuse(`${requestText().trimEnd()}\r\nSubject: ${'a'.repeat(fill + 1)}`).code).toBe('header-line-too-long');
  });

  it('number of headers', () => {
    const extra = Array<string>(maxHeaderCount - 5).fill('X: 1');
    expect(accept(requestText({}, extra)).headers).toHaveLength(maxHeaderCount);
    expect(refuse(requestText({}, [...extra, 'X: 1']))).toMatchObject({ code: 'headers-too-many', answerStatus: 400 });
  });

  it('all headers together', () => {
    const line = `X: ${'a'.repeat(8000)}`;
    expect(accept(requestText({}, Array<string>(8).fill(line))).headers).toHaveLength(13);
    expect(8 * 8003).toBeLessThan(maxHeadersBytes);
    expect(refuse(requestText({}, Array<string>(9).fill(line))).code).toBe('headers-too-large');
  });

  it('body', () => {
    expect(accept(requestText({}, [`l: ${maxBodyBytes}`], 'a'.repeat(maxBodyBytes))).body).toHaveLength(maxBodyBytes);
    expect(refuse(requestText({}, [`l: ${maxBodyBytes + 1}`]))).toMatchObject({ code: 'body-too-large', answerStatus: 513 });
    expect(refuse(requestText({}, [], 'a'.repeat(maxBodyBytes + 1))).code).toBe('body-too-large');
  });
});
