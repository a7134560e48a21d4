import { describe, expect, it } from 'vitest';
import { parseSipfrag, writeSipfrag } from '#shared/sip/sipfrag.ts';

describe('a sipfrag', () => {
  it.each([
    ['SIP/2.0 100 Trying\r\n', 100, 'Trying'],
    ['SIP/2.0 180 Ringing', 180, 'Ringing'],
    ['SIP/2.0 200 OK\r\nContact: <sip:a@b>\r\n', 200, 'OK'],
    ['SIP/2.0 503\r\n', 503, ''],
    ['sip/2.0 486 Busy Here\n', 486, 'Busy Here'],
    ['\r\nSIP/2.0 404 Not Found\r\n\r\n', 404, 'Not Found'],
  ])('%j', (body, status, reason) => {
    expect(parseSipfrag(body)).toEqual({ status, reason });
  });

  it.each(['', 'INVITE sip:a@b SIP/2.0', 'SIP/2.0 2000 Odd', 'SIP/2.0 700 Odd', 'SIP/3.0 200 OK', 'From: <sip:a@b>'])(
    'nothing in %j',
    (body) => {
      expect(parseSipfrag(body)).toBeUndefined();
    },
  );

  it('is read as it was written', () => {
    expect(parseSipfrag(writeSipfrag(486))).toEqual({ status: 486, reason: 'Busy Here' });
  });
});
