import { describe, expect, it } from 'vitest';
import { readGrants } from '#shared/registration/register-grants.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';

const identity = { key: '0123456789abcdef', host: 'x.invalid', computerName: '', instance: 'urn:uuid:1' };

function grantsOf(...headers: string[]) {
  const lines = [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/WSS x;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>;tag=2',
    'Call-ID: c',
    'CSeq: 1 REGISTER',
    ...headers,
    '\r\n',
  ];
  const result = parseMessage(encodeUtf8(lines.join('\r\n')));
  if (!result.ok || result.message.kind !== 'response') throw new Error('the test wrote no response');
  const { publicGruu, temporaryGruu, nextNonce, ...grants } = readGrants(result.message, identity, 'me');
  return { ...grants, publicGruu: publicGruu?.text, temporaryGruu: temporaryGruu?.text, nonce: nextNonce.authorization };
}

const nothing = { serviceRoute: [], publicGruu: undefined, temporaryGruu: undefined, flowTimerSeconds: undefined, nonce: undefined };

describe('what comes with a binding', () => {
  it('may be nothing', () => {
    expect(grantsOf('Contact: <sip:me@x.invalid>;expires=60')).toEqual(nothing);
  });

  it('may be all of it', () => {
    expect(
      grantsOf(
        'Contact: <sip:you@y>;pub-gruu="sip:a@b;gr=other", <sip:me@x>;+sip.instance="<urn:uuid:1>";pub-gruu="sip:a@b;gr=1";temp-gruu="sip:t@b;gr"',
        'Service-Route: <sip:p1.b;lr>, <sip:p2.b;transport=ws;lr>',
        'Service-Route: "P" <sip:p3.b;lr>',
        'Flow-Timer: 60',
        'Authentication-Info: qop=auth, nextnonce="n,2"',
      ),
    ).toEqual({
      serviceRoute: ['<sip:p1.b;lr>', '<sip:p2.b;transport=ws;lr>', '<sip:p3.b;lr>'],
      publicGruu: 'sip:a@b;gr=1',
      temporaryGruu: 'sip:t@b;gr',
      flowTimerSeconds: 60,
      nonce: 'n,2',
    });
  });

  it.each([
    'Service-Route: <sip:p1.b;lr>, <sip:strict.b>',
    'Service-Route: <tel:1;lr>',
    'Flow-Timer: 0',
    'Flow-Timer: soon',
    'Authentication-Info: rspauth="1"',
    'Contact: <sip:me@x>;pub-gruu="sip:a@b"',
    'Contact: <sip:me@x>;pub-gruu="nonsense;gr"',
    'Contact: <sip:me@x>;pub-gruu',
    'Contact: <sip:me@x>;pub-gruu="sip:b;gr=1"',
  ])('leaves out %s', (header) => {
    expect(grantsOf(header)).toEqual(nothing);
  });
});
