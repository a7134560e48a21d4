import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CredentialsOutcome, readRegisterAnswer, type RegisterVerdict } from '#shared/registration/register-answer.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';

const identity = { key: '0123456789abcdef', host: 'x.invalid', computerName: 'here', instance: 'urn:uuid:1' };
const question = { host: 'pbx', user: '201', identity, contactUser: 'own', requestedSeconds: 600 };

function verdictOn(status: number, headers: readonly string[] = [], credentials: CredentialsOutcome = 'not-challenged'): RegisterVerdict {
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    'Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1',
    'From: <sip:201@pbx>;tag=1',
    'To: <sip:201@pbx>;tag=2',
    'Call-ID: 1',
    'CSeq: 1 REGISTER',
  ];
  const result = parseMessage(encodeUtf8([...lines, ...headers, '\r\n'].join('\r\n')));
  if (!result.ok || result.message.kind !== 'response') throw new Error('the test wrote no response');
  return readRegisterAnswer(result.message, question, credentials);
}

describe('the answer to a REGISTER', () => {
  it('is ours by the instance or by the user of the contact, whoever else is there', () => {
    const contacts = ['Contact: <sip:desk@192.0.2.1>;expires=30, <sip:x@192.0.2.2>;+sip.instance="<URN:UUID:1>";expires=90'];
    expect(verdictOn(200, contacts)).toMatchObject({
      expiresSeconds: 90,
      bound: { own: { uri: { user: 'x' } }, others: [{ uri: 'sip:desk@192.0.2.1' }] },
    });
    expect(verdictOn(200, ['Contact: <sip:own@rewritten.example>;expires=45'])).toMatchObject({
      expiresSeconds: 45,
      bound: { others: [] },
    });
  });

  it('takes Expires where the contact has none', () => {
    expect(verdictOn(200, ['Expires: 120', 'Contact: <sip:own@x>'])).toMatchObject({ expiresSeconds: 120 });
  });

  it.each([
    [403, 'refused', 'registration-refused'],
    [404, 'refused', 'user-unknown'],
    [410, 'refused', 'user-unknown'],
    [302, 'refused', 'registration-refused'],
    [400, 'refused', 'registration-refused'],
    [501, 'refused', 'registration-refused'],
    [606, 'refused', 'registration-refused'],
    [408, 'retry', 'connection-timed-out'],
    [480, 'retry', 'server-busy'],
    [500, 'retry', 'server-error'],
    [503, 'retry', 'server-busy'],
    [599, 'retry', 'server-error'],
  ])('%i is %s: %s', (status, kind, code) => {
    expect(verdictOn(status)).toMatchObject({ kind, error: { code } });
  });

  it('is refused for good by a 423 that did not help', () => {
    expect(verdictOn(423, ['Min-Expires: 4294967295'])).toMatchObject({ kind: 'refused', error: { code: 'registration-refused' } });
  });

  it('makes every refusal with Retry-After a pause, save those for the account', () => {
    expect(verdictOn(486, ['Retry-After: 5;duration=3'])).toMatchObject({ kind: 'retry', retryAfterSeconds: 5 });
    expect(verdictOn(503, ['Retry-After: soon'])).toMatchObject({ kind: 'retry', retryAfterSeconds: 60 });
    expect(verdictOn(403, ['Retry-After: 5'])).toMatchObject({ kind: 'refused' });
  });

  it('tells why a challenge was the end', () => {
    expect(verdictOn(401, [], 'wrong-password')).toMatchObject({ kind: 'refused', error: { code: 'wrong-password' } });
    expect(verdictOn(407, [], 'foreign-realm')).toMatchObject({ kind: 'refused', error: { details: { cause: 'foreign-realm' } } });
    expect(verdictOn(401, [], 'too-many-rounds')).toMatchObject({ kind: 'retry' });
  });

  it('is always one of the known verdicts', () => {
    const header = fc.constantFrom('Retry-After', 'Min-Expires', 'Expires', 'Contact');
    const value = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom('*', '-1', 'NaN', '<sip:own@x>;expires=1e9', '99999999999999999999'),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 699 }), fc.array(fc.tuple(header, value), { maxLength: 4 }), (status, fields) => {
        const verdict = verdictOn(
          status,
          fields.map(([name, text]) => `${name}: ${text.replace(/[\r\n]/g, '')}`),
        );
        if (verdict.kind !== 'accepted') return;
        expect(verdict.expiresSeconds).toBeGreaterThanOrEqual(1);
        expect(verdict.expiresSeconds).toBeLessThanOrEqual(86_400);
      }),
    );
  });
});
