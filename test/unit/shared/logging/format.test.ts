import { describe, expect, it } from 'vitest';
import { formatLadder, type LadderMessage, summaryOf } from '#shared/logging/format-ladder.ts';
import { formatLine, type LogRecord } from '#shared/logging/format-line.ts';

const at = Date.UTC(2026, 0, 5, 9, 0, 0);

describe('formatLine', () => {
  const line = (message: string, fields: LogRecord['fields'] = {}) =>
    formatLine({ at, level: 'info', name: 'sip.registrar', message, fields });

  it('gives time, level, name, message and fields', () => {
    expect(line('Registered', { host: 'pbx.example', expires: 600, early: true, note: 'two words', none: null, missing: undefined })).toBe(
      '2026-01-05T09:00:00.000Z INFO  sip.registrar Registered host=pbx.example expires=600 early=true note="two words" none=null',
    );
  });

  it('removes secrets by name and by look, over line ends too', () => {
    const text = line('Sent Authorization: Digest\r\n response="abc"', { password: 'def', token: 7, text: 'a\r\n nonce="ghi jkl"' });
    expect(text).toBe(
      '2026-01-05T09:00:00.000Z INFO  sip.registrar Sent Authorization: Digest [removed] password=[removed] token=[removed] text="a\\r\\n nonce=[removed]"',
    );
  });

  it('lets no text begin a line or steer a terminal', () => {
    const text = line('a\nb\u001b[31m', { from: 'x\u202Ey\u2028z\r\n', empty: '' });
    expect(text).toBe('2026-01-05T09:00:00.000Z INFO  sip.registrar a\\nb\\u{1b}[31m from="x\\u{202e}y\\u{2028}z\\r\\n" empty=""');
  });
});

const invite = 'INVITE sip:1001@pbx.example SIP/2.0\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n';
const ringing = 'SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n';
const bye = 'BYE sip:1001@pbx.example SIP/2.0\r\ncseq :\t2 BYE\r\n\r\n';
const message = (offset: number, direction: LadderMessage['direction'], text: string, peer = 'wss 192.0.2.7:8089'): LadderMessage => ({
  direction,
  at: at + offset,
  peer,
  text,
});

describe('summaryOf', () => {
  it.each([
    [invite, 'INVITE (1) SDP'],
    [ringing, '180 Ringing (1 INVITE)'],
    [bye, 'BYE (2)'],
    ['SIP/2.0 200', '200'],
    ['\u0000\u0001', 'not readable'],
    ['', 'not readable'],
    [`SIP/2.0 200 ${'x'.repeat(5000)}\u001b[2J`, `200 ${'x'.repeat(56)}`],
  ])('%j', (text, expected) => {
    expect(summaryOf(text)).toBe(expected);
  });
});

describe('formatLadder', () => {
  it('draws one peer', () => {
    const text = formatLadder({
      callId: 'abc',
      messages: [message(0, 'sent', invite), message(12, 'received', ringing), message(61_250, 'sent', bye)],
      omitted: 3,
      omittedBefore: 2,
    });
    expect(text).toBe(
      [
        'Call-ID: abc',
        'Started: 2026-01-05T09:00:00.000Z',
        '',
        '              Commute       wss 192.0.2.7:8089',
        '    +0.000 s  |------- INVITE (1) SDP ------>|',
        '    +0.012 s  |<-- 180 Ringing (1 INVITE) ---|',
        '              ... 3 messages were not kept ...',
        '   +61.250 s  |---------- BYE (2) ---------->|',
        '',
        '[1] +0.000 s, sent to wss 192.0.2.7:8089',
        invite.replaceAll('\r\n', '\n'),
        '[2] +0.012 s, received from wss 192.0.2.7:8089',
        ringing.replaceAll('\r\n', '\n'),
        '[3] +61.250 s, sent to wss 192.0.2.7:8089',
        bye.replaceAll('\r\n', '\n'),
        '',
      ].join('\n'),
    );
  });

  it('draws a column for each peer, arrows between the right ones', () => {
    const text = formatLadder({
      callId: 'abc',
      messages: [message(0, 'sent', invite), message(-5, 'sent', invite, 'wss b'), message(9, 'received', ringing, 'wss b')],
      omitted: 0,
      omittedBefore: 0,
    });
    const lines = text.split('\n').slice(3, 7);
    const ends = lines.slice(1).map((line) => line.length);
    expect(new Set(ends).size).toBe(1);
    expect(lines[0]?.endsWith('wss b')).toBe(true);
    expect(lines[1]).toMatch(/\+0\.000 s {2}\|-+ INVITE \(1\) SDP -+>\| +\|$/);
    expect(lines[2]).toMatch(/-0\.005 s {2}\|-+ INVITE \(1\) SDP -+>\|$/);
    expect(lines[3]).toMatch(/\|<-+ 180 Ringing \(1 INVITE\) -+\|$/);
  });

  it('shows control characters of a message instead of obeying them', () => {
    const text = formatLadder({
      callId: 'abc',
      messages: [message(0, 'received', 'SIP/2.0 200 OK\r\nX: \u001b[31m\u202E\r\n\r\n')],
      omitted: 0,
      omittedBefore: 0,
    });
    expect(text).toContain('X: \\u{1b}[31m\\u{202e}\n');
  });

  it('says when there is nothing', () => {
    expect(formatLadder({ callId: 'abc', messages: [], omitted: 0, omittedBefore: 0 })).toBe('Call-ID: abc\nNo messages.\n');
  });
});
