import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partySchema } from '#shared/calls/call.ts';
import { assertedParty, callingParty, type HeaderValues, redirectingParty, saysAnsweredElsewhere } from '#shared/sip/identity.ts';

function headers(fields: Record<string, string | string[]>): HeaderValues {
  return (name) => [fields[name] ?? []].flat();
}

describe('the calling party', () => {
  it('is From when nobody asserted anything', () => {
    expect(callingParty(headers({ From: '"Müller, Änne" <sip:201@vm>;tag=1' }))).toEqual({
      displayName: 'Müller, Änne',
      number: '201',
      uri: 'sip:201@vm',
    });
  });

  it('is the asserted identity when the proxy gave one, with the name of whoever has one', () => {
    const from = '"Lab 201" <sip:anonymous@anonymous.invalid>;tag=1';
    expect(callingParty(headers({ From: from, 'P-Asserted-Identity': '<sip:201@vm>' }))).toMatchObject({
      displayName: 'Lab 201',
      number: '201',
    });
    expect(callingParty(headers({ From: from, 'P-Asserted-Identity': '"Ann" <tel:+49-89-1>, <sip:%2B49891@vm;user=phone>' }))).toEqual({
      displayName: 'Ann',
      number: '+49891',
      uri: 'sip:%2B49891@vm;user=phone',
    });
  });

  it('has no number when it hides', () => {
    expect(callingParty(headers({ From: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1' })).number).toBe('');
    expect(callingParty(headers({}))).toEqual({ displayName: '', number: '', uri: '' });
  });

  it('cannot make itself look like another by control characters', () => {
    expect(callingParty(headers({ From: '"\u202egnp.exe\u0007" <sip:2\u202e01@vm>;tag=1' }))).toMatchObject({ displayName: 'gnp.exe' });
  });

  it('fits the schema whatever a stranger sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 }), (name, user) => {
        const value = `"${name}" <sip:${user}@${'x'.repeat(1500)}>`;
        const source = headers({ From: value, 'P-Asserted-Identity': name, Diversion: value, 'History-Info': user, Reason: name });
        expect(partySchema.safeParse(callingParty(source)).success).toBe(true);
        const redirecting = redirectingParty(source);
        if (redirecting !== null) expect(partySchema.safeParse(redirecting).success).toBe(true);
        saysAnsweredElsewhere(source);
      }),
    );
  });
});

it('takes no asserted identity where there is none', () => {
  expect(assertedParty(headers({ From: '<sip:201@vm>' }))).toBeNull();
});

describe('who redirected', () => {
  it('is the top Diversion', () => {
    expect(
      redirectingParty(headers({ Diversion: ['"Lab 202" <sip:202@vm>;reason=unconditional', '<sip:203@vm>;reason=no-answer'] })),
    ).toMatchObject({
      displayName: 'Lab 202',
      number: '202',
    });
  });

  it('is the last retargeted entry of History-Info', () => {
    const history =
      '<sip:202@vm?Reason=SIP%3Bcause%3D302>;index=1, <sip:203@vm?Reason=SIP%3Bcause%3D408>;index=1.1, <sip:204@vm>;index=1.1.1';
    expect(redirectingParty(headers({ 'History-Info': history }))).toMatchObject({ number: '203' });
    expect(redirectingParty(headers({ 'History-Info': '<sip:204@vm>;index=1' }))).toBeNull();
    expect(redirectingParty(headers({}))).toBeNull();
  });
});

it.each([
  ['SIP;cause=200;text="Call completed elsewhere"', true],
  ['Q.850;cause=26', true],
  ['Q.850;cause=16, SIP ;cause=200', true],
  ['SIP;cause=200;text="a, b"', true],
  ['SIP;text="x, SIP;cause=200"', false],
  ['SIP;cause=600', false],
  ['Q.850;cause=200', false],
  ['', false],
])('Reason %j: answered elsewhere %s', (reason, expected) => {
  expect(saysAnsweredElsewhere(headers({ Reason: reason }))).toBe(expected);
});
