import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBodyBytes, maxHeaderLineBytes, maxStartLineBytes } from '#shared/sip/limits.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import { type StreamEvent, StreamFramer } from '#shared/sip/stream-framer.ts';
import { tortureMessages } from '#test/fixtures/torture/torture-messages.ts';
import { plainHeaders, requestText, toBytes } from './sample.ts';

const headers = Object.entries(plainHeaders).map(([name, value]) => ({ name, value }));
const request = serializeRequest({ method: 'INVITE', uri: 'sip:anna@example.com', headers, body: 'ümlaut' });
const response = serializeResponse({ status: 180, headers });

describe('stream framer', () => {
  it('cuts messages and keep-alives that arrive together', () => {
    const framer = new StreamFramer();
    const events = framer.push(concat(toBytes('\r\n'), request, response, toBytes('\r\n\r\n'), request.subarray(0, 20)));
    expect(events.map(describeEvent)).toEqual(['pong', 'INVITE', '180', 'pong', 'ping']);
    expect([framer.buffered, framer.insideMessage]).toEqual([20, true]);
    expect(framer.push(request.subarray(20)).map(describeEvent)).toEqual(['INVITE']);
    expect([framer.buffered, framer.insideMessage]).toEqual([0, false]);
  });

  it('delivers each message with its own bytes, whatever happens to the chunk', () => {
    const chunk = request.slice();
    const [event] = new StreamFramer().push(chunk);
    chunk.fill(0);
    expect(event?.kind === 'message' && event.bytes).toEqual(request);
    expect(event?.kind === 'message' && new TextDecoder().decode(event.message.body)).toBe('ümlaut');
  });

  it('counts keep-alives anew behind a message', () => {
    const framer = new StreamFramer();
    expect(framer.push(toBytes('\r')).map(describeEvent)).toEqual([]);
    expect(framer.push(toBytes('\n')).map(describeEvent)).toEqual(['pong']);
    expect(framer.push(concat(request, toBytes('\r\n'))).map(describeEvent)).toEqual(['INVITE', 'pong']);
    expect(framer.push(toBytes('\r\n')).map(describeEvent)).toEqual(['ping']);
    expect(framer.push(toBytes('\n\n')).map(describeEvent)).toEqual([]);
  });

  it('goes on behind a message that is malformed but whole', () => {
    const bad = toBytes(requestText({ CSeq: 'x' }, ['Content-Length: 0']));
    const events = new StreamFramer().push(concat(bad, request));
    expect(events.map(describeEvent)).toEqual(['fault cseq-malformed', 'INVITE']);
    expect(events[0]).toMatchObject({ fatal: false, bytes: bad });
  });

  it.each([
    ['no Content-Length', requestText(), 'content-length-missing', 400],
    ['a negative Content-Length', requestText({}, ['l: -1']), 'content-length-malformed', 400],
    ['two Content-Lengths', requestText({}, ['l: 1', 'l: 2']), 'content-length-conflict', 400],
    ['a body beyond the cap', requestText({}, [`l: ${maxBodyBytes + 1}`]), 'body-too-large', 513],
    ['something else than SIP', 'GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 'not-sip', undefined],
    ['a start line without end', 'x'.repeat(maxStartLineBytes + 1), 'start-line-too-long', undefined],
    ['a header without end', `${requestText().trimEnd()}\r\nX: ${'x'.repeat(maxHeaderLineBytes)}`, 'header-line-too-long', 400],
  ])('breaks on %s and stays broken', (_name, text, code, answerStatus) => {
    const framer = new StreamFramer();
    expect(framer.push(toBytes(text))).toMatchObject([{ kind: 'fault', fatal: true, fault: { code, answerStatus } }]);
    expect([framer.push(request), framer.buffered]).toEqual([[], 0]);
  });

  it('never holds more than the caps allow', () => {
    const framer = new StreamFramer();
    const block = toBytes('x'.repeat(1000));
    let events: StreamEvent[] = [];
    for (let count = 0; count < 100 && events.length === 0; count++) events = framer.push(block);
    expect(events).toMatchObject([{ kind: 'fault', fatal: true }]);
    expect(framer.buffered).toBe(0);
  });

  it('does not depend on how the bytes are cut', () => {
    const streams = [
      concat(
        ...tortureMessages()
          .slice(0, 13)
          .map((message) => message.bytes),
      ),
      ...tortureMessages().map((message) => message.bytes),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat({ max: 4000 }), { maxLength: 20 }), (stream, cuts) => {
        const framer = new StreamFramer();
        const bounds = [...cuts.filter((cut) => cut < stream.length), stream.length].sort((a, b) => a - b);
        let from = 0;
        const events: StreamEvent[] = [];
        for (const to of bounds) {
          events.push(...framer.push(stream.subarray(from, to)));
          from = to;
        }
        expect(events.map(describeEvent)).toEqual(new StreamFramer().push(stream).map(describeEvent));
      }),
      { numRuns: 200 },
    );
  });
});

function describeEvent(event: StreamEvent): string {
  if (event.kind === 'fault') return `fault ${event.fault.code}`;
  if (event.kind !== 'message') return event.kind;
  return event.message.kind === 'request' ? event.message.method : String(event.message.status);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
