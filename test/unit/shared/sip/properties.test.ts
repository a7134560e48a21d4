import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { canonicalHeaderName } from '#shared/sip/header-names.ts';
import { maxHeaderCount } from '#shared/sip/limits.ts';
import { parseChallenges } from '#shared/sip/parse-auth-header.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { parseNameAddress, parseNameAddressList } from '#shared/sip/parse-name-address.ts';
import { parseReason } from '#shared/sip/parse-reason.ts';
import { parseUri } from '#shared/sip/parse-uri.ts';
import { parseVia } from '#shared/sip/parse-via.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import { StreamFramer } from '#shared/sip/stream-framer.ts';
import { tortureMessages } from '#test/fixtures/torture/torture-messages.ts';
import { plainHeaders, requestText, toBytes } from './sample.ts';

const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,20}$/);
// whatever can stand in a header value: trimmed, one line
const value = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));
const unknownName = token.filter((name) => canonicalHeaderName(name) === name);
const own = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Content-Length']);
const otherFields = fc.array(fc.record({ name: unknownName.filter((name) => !own.has(name)), value }), { maxLength: 20 });
const mandatory = Object.entries(plainHeaders).map(([name, text]) => ({ name, value: text }));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('never throws', () => {
  it('on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => typeof parseMessage(bytes).ok === 'boolean'));
  });

  it('on torture messages with bytes changed, taken out and put in', () => {
    const damage = fc.array(fc.record({ at: fc.nat(4000), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...tortureMessages()), damage, ({ bytes }, changes) => {
        const damaged = [...bytes];
        for (const { at, remove, insert } of changes) damaged.splice(at % damaged.length, remove, ...insert);
        const input = Uint8Array.from(damaged);
        parseMessage(input);
        new StreamFramer().push(input);
      }),
      { numRuns: 2000 },
    );
  });

  it('on any text, in any header parser', () => {
    const alphabet = fc.constantFrom(...'<>"\\;,=:@?&%[]() \tsip:SIP/2.0é', 'tel:', 'Digest ');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 60 }), (text) => {
        parseUri(text);
        parseNameAddress(text);
        parseNameAddressList(text);
        parseVia(text);
        parseChallenges([text]);
        parseReason(text);
        parseMessage(toBytes(requestText({ From: text, To: text, Via: text }, [`Contact: ${text}`])));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is written is read again', () => {
  it('requests', () => {
    fc.assert(
      fc.property(token, otherFields, fc.uint8Array({ maxLength: 300 }), (method, fields, body) => {
        const headers = [...mandatory.filter((field) => field.name !== 'CSeq'), { name: 'CSeq', value: `7 ${method}` }, ...fields];
        const result = parseMessage(serializeRequest({ method, uri: 'sip:anna@example.com;lr', headers, body }));
        if (!result.ok || result.message.kind !== 'request') throw new Error('refused');
        const { message } = result;
        expect([message.method, message.uri.text, message.body]).toEqual([method, 'sip:anna@example.com;lr', body]);
        expect(message.headers).toEqual([...headers, { name: 'Content-Length', value: String(body.length) }]);
        // and what was read is written again, byte for byte
        const again = serializeRequest({ method, uri: message.uri.text, headers: message.headers, body: message.body });
        expect(parseMessage(again)).toEqual(result);
      }),
    );
  });

  it('responses', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 699 }), value, value, (status, reason, body) => {
        const result = parseMessage(serializeResponse({ status, reason, headers: mandatory, body }));
        if (!result.ok || result.message.kind !== 'response') throw new Error('refused');
        expect([result.message.status, result.message.reason]).toEqual([status, reason]);
        expect(result.message.body).toEqual(toBytes(body));
      }),
    );
  });

  it('no value can add a header', () => {
    const bytes = serializeRequest({
      method: 'INVITE',
      uri: 'sip:a@b\r\nX: 1',
      headers: [
        ...mandatory,
        { name: 'Subject', value: 'a\r\nX: 2\r\n\r\nbody' },
        { name: 'Y\nX', value: '3' },
        { name: 'l', value: '999' },
      ],
      body: 'ü',
    });
    const text = new TextDecoder().decode(bytes);
    expect(text).not.toMatch(/^X/m);
    expect(text).toContain('\r\nContent-Length: 2\r\n\r\nü');
  });

  it('the registry has the reason phrase when none is given', () => {
    expect(new TextDecoder().decode(serializeResponse({ status: 486, headers: [] }))).toBe(
      'SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n',
    );
  });
});

describe('work grows no faster than the message', () => {
  // inputs that make careless parsers look at the same characters again and again
  it.each([
    ['quotes', 'From: ', '"'],
    ['open brackets', 'From: ', '<'],
    ['commas', 'Contact: ', ','],
    ['colons and commas', 'Contact: ', 'a:,'],
    ['brackets and commas', 'Contact: ', '<a:b>,'],
    ['backslashes', 'From: "', '\\'],
    ['semicolons', 'Via: SIP/2.0/UDP h', ';a'],
    ['Via values', 'Via: SIP/2.0/UDP h', ',SIP/2.0/UDP h'],
    ['at signs', 'To: sip:', '@'],
    ['percent signs', 'To: <sip:a@b;x=', '%41'],
    ['URI headers', 'To: <sip:a@b?x=', '&x=1'],
    ['spaces', 'To: <sip:a@b>', ' '],
    ['folds', 'Subject: ', '\r\n a'],
    ['equals signs', 'To: <sip:a@b>;', '='],
  ])('%s', (_name, start, unit) => {
    const small = countCharacterReads(hostile(start, unit, 1500));
    const large = countCharacterReads(hostile(start, unit, 3000));
    const huge = countCharacterReads(hostile(start, unit, 6000));
    expect(huge - large).toBeLessThanOrEqual(2.2 * (large - small) + 200);
  });

  it('in the number of headers', () => {
    const withHeaders = (count: number): number =>
      countCharacterReads(toBytes(requestText({}, Array<string>(count).fill('X-Filler: filled'))));
    const [none, half, full] = [withHeaders(0), withHeaders((maxHeaderCount - 5) >> 1), withHeaders(maxHeaderCount - 5)];
    expect(full - none).toBeLessThanOrEqual(2.1 * (half - none) + 100);
  });
});

function hostile(start: string, unit: string, length: number): Uint8Array {
  const name = start.slice(0, start.indexOf(':'));
  return toBytes(requestText(name in plainHeaders ? { [name]: undefined } : {}, [start + unit.repeat(length / unit.length)]));
}

/** How many characters the parser asks for while it reads the message: one by one, or by the searches that it starts. */
function countCharacterReads(bytes: Uint8Array): number {
  let reads = 0;
  const prototype = String.prototype;
  const { charCodeAt, indexOf, lastIndexOf, slice, includes } = prototype;
  vi.spyOn(prototype, 'charCodeAt').mockImplementation(function (this: string, index: number) {
    reads++;
    return charCodeAt.call(this, index);
  });
  vi.spyOn(prototype, 'indexOf').mockImplementation(function (this: string, wanted: string, from = 0) {
    const found = indexOf.call(this, wanted, from);
    reads += (found < 0 ? this.length : found) - from;
    return found;
  });
  vi.spyOn(prototype, 'lastIndexOf').mockImplementation(function (this: string, wanted: string, from = this.length) {
    const found = lastIndexOf.call(this, wanted, from);
    reads += from - Math.max(found, 0);
    return found;
  });
  vi.spyOn(prototype, 'slice').mockImplementation(function (this: string, from?: number, to?: number) {
    const cut = slice.call(this, from, to);
    reads += cut.length;
    return cut;
  });
  vi.spyOn(prototype, 'includes').mockImplementation(function (this: string, wanted: string, from?: number) {
    reads += this.length;
    return includes.call(this, wanted, from);
  });
  try {
    parseMessage(bytes);
  } finally {
    vi.restoreAllMocks();
  }
  return reads;
}
