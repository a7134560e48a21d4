import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyParts, textOfPart } from '#shared/sip/message-body.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { decodeUtf8, encodeUtf8 } from '#shared/sip/text-codec.ts';

function cut(contentType: string, body: string, disposition?: string) {
  const headers = [
    { name: 'Content-Type', value: contentType },
    ...(disposition === undefined ? [] : [{ name: 'Content-Disposition', value: disposition }]),
  ];
  return bodyParts(headers, encodeUtf8(body))?.map(({ content, ...part }) => ({ ...part, text: decodeUtf8(content) }));
}

const plain = { disposition: '', handling: null };

describe('the parts of a body', () => {
  it('are none without one', () => {
    expect(cut('application/sdp', '')).toEqual([]);
  });

  it('are one when it is not divided', () => {
    expect(cut('Application / SDP ;charset=utf-8', 'v=0\r\n', 'Session; handling=Required')).toEqual([
      { type: 'application/sdp', disposition: 'session', handling: 'required', text: 'v=0\r\n' },
    ]);
  });

  it('are what stands between the delimiters, without preamble and epilogue', () => {
    const body = [
      'ignored',
      '--b 1',
      'Content-Type: application/sdp',
      '',
      'v=0',
      's=--b 1 is no delimiter here',
      '--b 12',
      '',
      '--b 1  ',
      'c: application/isup',
      'Content-Disposition: signal;handling=optional',
      '',
      'x',
      '--b 1--',
      'ignored',
    ].join('\r\n');
    expect(cut('multipart/mixed;boundary="b 1"', body)).toEqual([
      { ...plain, type: 'application/sdp', text: 'v=0\r\ns=--b 1 is no delimiter here\r\n--b 12\r\n' },
      { type: 'application/isup', disposition: 'signal', handling: 'optional', text: 'x' },
    ]);
  });

  it('may be divided themselves, end their lines by LF and lack headers', () => {
    const inner = '--in\nContent-Type: application/sdp\n\nv=0\n--in--';
    const body = `--out\n\nno header\n--out\nContent-Type: multipart/alternative; boundary=in\n\n${inner}\n--out--\n`;
    expect(cut('multipart/mixed; boundary=out', body)).toEqual([
      { ...plain, type: '', text: 'no header' },
      { ...plain, type: 'application/sdp', text: 'v=0' },
    ]);
  });

  it.each([
    ['no boundary', 'multipart/mixed', '--b\r\n\r\nx\r\n--b--'],
    ['no end', 'multipart/mixed;boundary=b', '--b\r\n\r\nx\r\n--b\r\n\r\ny'],
    ['no delimiter', 'multipart/mixed;boundary=b', 'x'],
    ['only an end', 'multipart/mixed;boundary=b', '--b--'],
    ['too many', 'multipart/mixed;boundary=b', `${'--b\r\n\r\nx\r\n'.repeat(40)}--b--`],
  ])('cannot be told with %s', (_what, type, body) => {
    expect(cut(type, body)).toBeUndefined();
  });

  it('cannot be told when they are nested without end', () => {
    const nested = (depth: number): string =>
      depth === 0 ? '' : `--${depth}\r\nContent-Type: multipart/mixed;boundary=${depth - 1}\r\n\r\n${nested(depth - 1)}\r\n--${depth}--`;
    expect(cut('multipart/mixed;boundary=9', nested(9))).toBeUndefined();
  });

  it('of RFC 4475 mpart01 are text and a signature', () => {
    const result = parseMessage(readFileSync(new URL('../../../fixtures/torture/rfc4475/mpart01.dat', import.meta.url)));
    if (!result.ok) throw new Error('not read');
    const { headers, body } = result.message;
    expect(bodyParts(headers, body)?.map(({ type, content }) => [type, content.length])).toEqual([
      ['text/plain', 5],
      ['application/octet-stream', 342],
    ]);
    expect(textOfPart(headers, body, 'text/plain')).toBe('Hello');
    expect(textOfPart(headers, body, 'application/sdp')).toBeNull();
  });

  it('never throw, and lie inside of the body', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('--b', '--b--', '\r\n', '\n', '\r', ': ', 'Content-Type', 'multipart/mixed;boundary=b', 'x', '-')),
        (pieces) => {
          const body = pieces.join('');
          for (const part of cut('multipart/mixed;boundary=b', body) ?? []) expect(body).toContain(part.text);
        },
      ),
    );
  });
});
