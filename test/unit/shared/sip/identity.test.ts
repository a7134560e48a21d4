import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partySchema } from '#shared/calls/call.ts';
import {
  answeredElsewhereBy,
  assertedParty,
  calledParty,
  callingParty,
  type HeaderValues,
  redirectingParty,
  saysAnsweredElsewhere,
} from '#shared/sip/identity.ts';

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

  it('is Remote-Party-ID as the last resort, if it may be shown', () => {
    const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1';
    const remote = '"Ann" <sip:201@vm>;party=calling;screen=yes';
    expect(callingParty(headers({ From: anonymous, 'Remote-Party-ID': `${remote};privacy=off` }))).toMatchObject({ number: '201' });
    expect(callingParty(headers({ From: anonymous, 'Remote-Party-ID': `${remote};privacy=full` }))).toMatchObject({ number: '' });
    expect(callingParty(headers({ From: '<sip:7@vm>', 'Remote-Party-ID': remote }))).toMatchObject({ number: '7' });
    expect(callingParty(headers({ From: '<sip:7@vm>', 'Remote-Party-ID': remote, 'P-Asserted-Identity': '<sip:9@vm>' }))).toMatchObject({
      number: '9',
    });
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
        for (const party of [calledParty(source, ['201']), answeredElsewhereBy(source)]) {
          if (party !== null) expect(partySchema.safeParse(party).success).toBe(true);
        }
        saysAnsweredElsewhere(source);
      }),
    );
  });
});

it('takes no asserted identity where there is none', () => {
  expect(assertedParty(headers({ From: '<sip:201@vm>' }))).toBeNull();
});

describe('whom the caller wanted', () => {
  const own = ['201', 'k3j4h5'];
  const called = (fields: Record<string, string | string[]>) => calledParty(headers(fields), own)?.number ?? null;

  it.each([
    [{ To: '<sip:201@vm>' }, null],
    [{ To: '<sip:K3J4h5@10.0.0.1:5060>' }, null],
    [{ To: '<sip:+49891234201@vm>' }, null],
    [{ To: '"Support" <sip:220@vm>' }, '220'],
    [{ To: '<sip:+4989555@vm>' }, '+4989555'],
    [{}, null],
    [{ To: '<sip:201@vm>', Diversion: ['<sip:202@vm>;reason=no-answer', '<sip:220@vm>;reason=unconditional'] }, '220'],
    [{ To: '<sip:201@vm>', 'History-Info': '<sip:203@vm?Reason=SIP%3Bcause%3D302>;index=1, <sip:201@vm>;index=1.1' }, '203'],
    [{ To: '<sip:201@vm>', 'History-Info': '<sip:201@vm>;index=1' }, null],
    [{ To: '<sip:220@vm>', 'P-Called-Party-ID': '<sip:201@vm>' }, '220'],
    [{ To: '<sip:201@vm>', 'P-Called-Party-ID': '<sip:sales@vm>' }, 'sales'],
  ])('%j: %s', (fields, expected) => {
    expect(called(fields)).toBe(expected);
  });
});

describe('who took it elsewhere', () => {
  it.each([
    [{ 'P-Asserted-Identity': '"Ann" <sip:202@vm>' }, { displayName: 'Ann', number: '202' }],
    [{ 'Remote-Party-ID': '"Ann" <sip:202@vm>;privacy=off' }, { displayName: 'Ann', number: '202' }],
    [{ Reason: 'SIP;cause=200;text="Call answered by Anna Berger"' }, { displayName: 'Anna Berger', number: '' }],
  ])('%j', (fields, expected) => {
    expect(answeredElsewhereBy(headers(fields))).toMatchObject(expected);
  });

  it('is not known where nothing says it', () => {
    expect(answeredElsewhereBy(headers({ Reason: 'SIP;cause=200;text="Call completed elsewhere"', From: '<sip:7@vm>' }))).toBeNull();
  });
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
