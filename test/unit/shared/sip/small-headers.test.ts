import { describe, expect, it } from 'vitest';
import { largestDeltaSeconds, parseDeltaSeconds } from '#shared/sip/parse-delta-seconds.ts';
import { parseNameAddress, parseNameAddressList } from '#shared/sip/parse-name-address.ts';
import { parseParameters } from '#shared/sip/parse-parameters.ts';
import { parseReason } from '#shared/sip/parse-reason.ts';
import { parseUri } from '#shared/sip/parse-uri.ts';
import { parseVia } from '#shared/sip/parse-via.ts';
import { reasonPhrase } from '#shared/sip/reason-phrases.ts';

describe('seconds', () => {
  it.each([
    ['3600', 3600],
    [' "120" ', 120],
    ['0', 0],
    ['18000;duration=3600', 18_000],
    ["120 (I'm in a meeting)", 120],
    ['949302838503028349304023988', largestDeltaSeconds],
    ['4294967296', largestDeltaSeconds],
    ['3600.5', 3600],
    ['-1', undefined],
    ['', undefined],
    ['"', undefined],
    ['"60', undefined],
    ['soon', undefined],
    ['60s', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%o is %o', (text, seconds) => {
    expect(parseDeltaSeconds(text)).toBe(seconds);
  });
});

describe('Reason (RFC 3326)', () => {
  it('reads several values', () => {
    expect(parseReason('SIP;cause=200;text="Call completed, elsewhere", q.850 ; cause = 16 ;text="Normal"')).toEqual([
      { protocol: 'SIP', cause: 200, text: 'Call completed, elsewhere' },
      { protocol: 'Q.850', cause: 16, text: 'Normal' },
    ]);
  });

  it('takes what is there', () => {
    expect(parseReason('SIP, ;cause=1, X;cause=many;text')).toEqual([
      { protocol: 'SIP', cause: undefined, text: undefined },
      { protocol: 'X', cause: undefined, text: undefined },
    ]);
    expect(parseReason('')).toEqual([]);
  });
});

describe('parameters', () => {
  it.each([
    ['', []],
    [';', []],
    [
      ';a=1;;b; C = "x;,\\"y" ;a=2',
      [
        ['a', '1'],
        ['b', null],
        ['c', 'x;,"y'],
      ],
    ],
    [';a=', [['a', '']]],
    [';=1', []],
  ])('%o', (text, expected) => {
    expect([...(parseParameters(text) ?? ['refused'])]).toEqual(expected);
  });

  it.each(['a=1', ';a="', ';a=1,b', ';a,b', ';"a"'])('refuses %o', (text) => {
    expect(parseParameters(text)).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each(['', 'anna', '"Anna <sip:a@b>', '<sip:a@b', '<>', '<sip:>', 'sip:a b@c', '<sip:a@b> junk', '"Anna" sip:a@b', '<sip:a@b>;x="'])(
    'refuses %o',
    (text) => {
      expect(parseNameAddress(text)).toBeUndefined();
    },
  );

  it('bare Refer-To with ?', () => {
    const address = parseNameAddress('sip:a@b?Replaces=1%40h%3Bto-tag%3D2;x=1');
    expect([address?.uri.headers.get('Replaces'), address?.parameters.get('x')]).toEqual([['1@h;to-tag=2'], '1']);
  });

  it('lists leave out what cannot be read', () => {
    expect(parseNameAddressList('<sip:a@b>, <sip:>, <tel:+49>,, "open <sip:x@y>').map((address) => address.uri.text)).toEqual([
      'sip:a@b',
      'tel:+49',
    ]);
  });
});

describe('URIs', () => {
  it('keeps the text and trims around it', () => {
    expect(parseUri(' sip:a@b;lr ')?.text).toBe('sip:a@b;lr');
  });

  it.each([
    '',
    ':',
    'sip',
    'sip:',
    '1sip:a',
    'sip:a@',
    'sip:a@b:x',
    'sip:a@b:99999',
    'sip:a@b c',
    'sip:a@b/c',
    'sip:a@[]',
    'sip:a@[::1',
    'sip:<a>@b',
    'tel:',
    'urn:',
  ])('refuses %o', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe('Via', () => {
  it('IPv6, ports and white space', () => {
    expect(parseVia('SIP/2.0/wss [2001:DB8::1]:443;branch=1;rport, SIP / 2.0 / udp  H : 5060 ; Branch = "2"')).toMatchObject([
      { transport: 'WSS', host: '[2001:db8::1]', port: 443, branch: '1' },
      { transport: 'UDP', host: 'h', port: 5060, branch: '2' },
    ]);
  });

  it.each(['', 'SIP/2.0/UDP', 'SIP/2.0 h', 'UDP h', 'SIP/2.0/UDP h,', 'SIP/2.0/UDP h;x="', 'SIP/2.0/UDP h h', 'SIP/2.0/U@P h'])(
    'refuses %o',
    (text) => {
      expect(parseVia(text)).toBeUndefined();
    },
  );
});

describe('reason phrases', () => {
  it.each([
    [200, 'OK'],
    [486, 'Busy Here'],
    [299, 'Success'],
    [699, 'Global Failure'],
    [42, ''],
  ])('%i is %s', (status, phrase) => {
    expect(reasonPhrase(status)).toBe(phrase);
  });
});
