import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDial } from '#shared/calls/dial-plan.ts';
import { defaultEmergencyNumbers, emergencyNumbers, emergencyOverlaps, isEmergency } from '#shared/calls/emergency.ts';
import { type DiallingSettings, defaultCallSettings } from '#shared/settings/call-settings.ts';

const dialling = (part: Partial<DiallingSettings> = {}): DiallingSettings => ({ ...defaultCallSettings.dialling, ...part });
const munich = dialling({ country: 'DE', areaCode: '89', internalLength: 4 });
const munichBehindZero = { ...munich, outsidePrefix: '0' };
const newYorkBehindNine = dialling({ country: 'US', areaCode: '212', outsidePrefix: '9', internalLength: 4 });

function target(typed: string, settings: DiallingSettings): string {
  const read = readDial(typed, settings);
  return read.ok ? `${read.kind} ${read.target}` : read.error.code;
}

describe('the dial plan', () => {
  it.each([
    ['9196', 'internal 9196'],
    ['089 123456', 'internal 089123456'],
    ['+49 (0)89 123-456', 'external +4989123456'],
    ['0049 89 123456', 'external 004989123456'],
    ['*72201', 'code *72201'],
    ['#9419', 'code #9419'],
    ['112', 'emergency 112'],
    ['bob@example.org', 'address sip:bob@example.org'],
    ['SIPS:bob@example.org;transport=ws', 'address SIPS:bob@example.org;transport=ws'],
    ['Bob', 'number-invalid'],
    ['', 'number-invalid'],
  ])('without a country dials %j as typed: %s', (typed, expected) => {
    expect(target(typed, dialling())).toBe(expected);
  });

  it('knows extensions by their length where no country is set', () => {
    expect(target('201', dialling({ internalLength: 3 }))).toBe('internal 201');
    expect(target('2011', dialling({ internalLength: 3 }))).toBe('external 2011');
  });

  it.each([
    ['201', 'internal 201'],
    ['0123', 'internal 0123'],
    ['123456', 'external +4989123456'],
    ['089 123456', 'external +4989123456'],
    ['+49 (0)89 123-456', 'external +4989123456'],
    ['0049 (0) 89 123456', 'external +4989123456'],
    ['0176 1234567', 'external +491761234567'],
    ['004420 7946 0958', 'external +442079460958'],
    ['+1 212 555 1234', 'external +12125551234'],
    ['+999 123456', 'external +999123456'],
    ['112', 'emergency 112'],
    ['1 1 2', 'emergency 112'],
    ['*21*089123456#', 'code *21*089123456#'],
  ])('in Munich, %j: %s', (typed, expected) => {
    expect(target(typed, munich)).toBe(expected);
  });

  it.each([
    ['201', 'internal 201'],
    ['123456', 'external 0089123456'],
    ['089 123456', 'external 0089123456'],
    ['+49 (0)89 123-456', 'external 0089123456'],
    ['0049 176 1234567', 'external 001761234567'],
    ['0176 1234567', 'external 001761234567'],
    ['0-0176 1234567', 'external 001761234567'],
    ['0176 12345678', 'external 0017612345678'],
    ['00176 12345678', 'external 0017612345678'],
    ['0-089 123456', 'external 0089123456'],
    ['+44 20 7946 0958', 'external 000442079460958'],
    ['0 0044 20 7946 0958', 'external 000442079460958'],
    ['112', 'emergency 112'],
    ['0112', 'emergency 0112'],
    ['*78', 'code *78'],
    ['bob@example.org', 'address sip:bob@example.org'],
  ])('in Munich behind an outside line, %j: %s', (typed, expected) => {
    expect(target(typed, munichBehindZero)).toBe(expected);
  });

  it.each([
    ['1234', 'internal 1234'],
    ['5551234', 'external 912125551234'],
    ['(917) 555-1234', 'external 919175551234'],
    ['1 917 555 1234', 'external 919175551234'],
    ['9-1-917-555-1234', 'external 919175551234'],
    ['+49 89 123456', 'external 90114989123456'],
    ['011 49 89 123456', 'external 90114989123456'],
    ['911', 'emergency 911'],
    ['9911', 'emergency 9911'],
  ])('in New York behind an outside line, %j: %s', (typed, expected) => {
    expect(target(typed, newYorkBehindNine)).toBe(expected);
  });

  it('takes whole numbers of a country without trunk prefix, and no local ones that it cannot complete', () => {
    const madrid = dialling({ country: 'ES', outsidePrefix: '0', internalLength: 3 });
    expect(target('912 34 56 78', madrid)).toBe('external 0912345678');
    expect(target('0912345678', madrid)).toBe('external 0912345678');
    expect(target('123456', dialling({ country: 'DE', internalLength: 3 }))).toBe('external 123456');
    expect(target('123456', dialling({ country: 'DE', areaCode: '89' }))).toBe('internal 123456');
  });

  it('shows what will be dialled', () => {
    const shown = (typed: string, settings: DiallingSettings) => {
      const read = readDial(typed, settings);
      return read.ok ? read.shown : undefined;
    };
    expect(shown('089123456', munich)).toBe('+49 89 123456');
    expect(shown('+4989123456', munichBehindZero)).toBe('0 089 123456');
    expect(shown('+442079460958', munichBehindZero)).toBe('0 00442079460958');
    expect(shown('201', munich)).toBe('201');
    expect(shown('**203', munich)).toBe('**203');
  });
});

describe('the dial plan, whatever the settings', () => {
  const settings: fc.Arbitrary<DiallingSettings> = fc
    .record({
      country: fc.constantFrom('', 'DE', 'AT', 'CH', 'US', 'GB', 'FR', 'IT', 'ES', 'AU', 'BR', 'AR', 'MX', 'RU', 'CN', 'JP', 'HK', 'XX'),
      areaCode: fc.constantFrom('', '89', '212', '1', '2', '4941'),
      outsidePrefix: fc.constantFrom('', '0', '9', '1', '00', '*9', '#'),
      internalLength: fc.integer({ min: 0, max: 8 }),
      emergency: fc.record({ added: fc.constantFrom<string[]>([], ['1717'], ['0044']), removed: fc.constantFrom<string[]>([], ['110']) }),
    })
    .map((part) => dialling(part));
  const digits = fc.stringMatching(/^\+?[0-9]{1,15}$/);
  const telephoneNumber = fc
    .tuple(
      fc.constantFrom('', '0', '00', '000', '+', '011', '9', '91', '9011', '+49', '0049', '00049', '+1', '+44'),
      fc.stringMatching(/^[1-9][0-9]{2,12}$/),
    )
    .map((parts) => parts.join(''));
  const typed = fc.oneof(digits, telephoneNumber);

  it('gives itself when read again, and so does what is shown', () => {
    fc.assert(
      fc.property(typed, settings, (text, plan) => {
        const read = readDial(text, plan);
        if (!read.ok) throw new Error('refused');
        expect(target(read.target, plan).split(' ')[1]).toBe(read.target);
        expect(target(read.shown, plan).split(' ')[1]).toBe(read.target);
      }),
      { numRuns: 3000 },
    );
  });

  it('never rewrites an emergency number or a code, and never makes one', () => {
    fc.assert(
      fc.property(typed, fc.constantFrom('*', '#', '**', '*#'), fc.nat(15), settings, (text, sign, at, plan) => {
        const code = text.replace('+', '').slice(0, at) + sign + text.replace('+', '').slice(at);
        expect(target(code, plan)).toBe(`code ${code}`);
        for (const number of emergencyNumbers(plan.emergency)) expect(target(number, plan)).toBe(`emergency ${number}`);
        const read = readDial(text, plan);
        if (read.ok && read.kind !== 'emergency') expect(isEmergency(read.target, plan)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), settings, (text, plan) => void readDial(text, plan)));
  });
});

describe('emergency numbers', () => {
  it('are the list of the settings', () => {
    expect(emergencyNumbers({ added: ['1717', '112'], removed: ['000', '118'] })).toEqual([
      '110',
      '111',
      '112',
      '119',
      '911',
      '999',
      '1717',
    ]);
    expect(emergencyNumbers({ added: [], removed: [] })).toEqual(defaultEmergencyNumbers);
    expect(target('110', dialling({ internalLength: 3, emergency: { added: [], removed: ['110'] } }))).toBe('internal 110');
  });

  it('are warned of where they could be extensions', () => {
    const emergency = { added: ['1717'], removed: ['000', '110', '111', '118', '119'] };
    expect(emergencyOverlaps({ internalLength: 3, emergency })).toEqual(['112', '911', '999']);
    expect(emergencyOverlaps({ internalLength: 2, emergency })).toEqual([]);
    expect(emergencyOverlaps({ internalLength: 4, emergency })).toContain('1717');
  });
});
