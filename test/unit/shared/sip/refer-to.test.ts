import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReplaces, readTargetDialog, writeReplaces } from '#shared/sip/dialog-name.ts';
import { readReferTo, writeReferTo } from '#shared/sip/refer-to.ts';

const name = { callId: '425928@bobster.example.org', toTag: '7743', fromTag: '6472', earlyOnly: false };

describe('Replaces', () => {
  it('is read in any order and with white space', () => {
    expect(readReplaces('425928@bobster.example.org ; from-tag=6472; To-Tag=7743')).toEqual(name);
    expect(readReplaces('1;to-tag=a;from-tag=b;early-only')).toMatchObject({ earlyOnly: true });
  });

  it.each(['', '1', '1;to-tag=a', '1;from-tag=a', ';to-tag=a;from-tag=b', '1;to-tag=;from-tag=b'])('names nothing in %j', (value) => {
    expect(readReplaces(value)).toBeUndefined();
  });

  it('is read as it was written', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9.%*_+`'~-]{1,20}$/);
    fc.assert(
      fc.property(token, token, token, fc.boolean(), (callId, toTag, fromTag, earlyOnly) => {
        expect(readReplaces(writeReplaces({ callId, toTag, fromTag, earlyOnly }))).toEqual({ callId, toTag, fromTag, earlyOnly });
      }),
    );
  });
});

describe('Target-Dialog', () => {
  it('names Call-ID and tags', () => {
    expect(readTargetDialog('fa77as@host;local-tag=kkaz-;remote-tag=6544')).toEqual({ callId: 'fa77as@host', tags: ['kkaz-', '6544'] });
    expect(readTargetDialog('fa77as@host;local-tag=kkaz-')).toBeUndefined();
  });
});

describe('Refer-To', () => {
  it('carries Replaces escaped, and no display name', () => {
    const value = writeReferTo('sip:11@office.test', name);
    expect(value).toBe('<sip:11@office.test?Replaces=425928%40bobster.example.org%3Bto-tag%3D7743%3Bfrom-tag%3D6472>');
    expect(readReferTo([value])).toMatchObject({ uri: { user: '11' }, replaces: name, party: { number: '11' } });
  });

  it('of a blind transfer is the address alone', () => {
    expect(writeReferTo('sip:*8@office.test', null)).toBe('<sip:*8@office.test>');
    expect(readReferTo(['"Carl" <sip:12@office.test>'])).toMatchObject({ replaces: null, party: { displayName: 'Carl', number: '12' } });
  });

  it('is read without brackets, and other embedded headers stay behind', () => {
    expect(readReferTo(['sip:12@office.test'])).toMatchObject({ uri: { user: '12' } });
    expect(readReferTo(['<sip:12@office.test?Subject=x&Route=y>'])).toMatchObject({ replaces: null });
  });

  it.each([
    [[], 400],
    [['<sip:a@b>', '<sip:c@d>'], 400],
    [['<sip:a@b'], 400],
    [['<sip:a@b?Replaces=nothing>'], 400],
    [['<sip:a@b?Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3&replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>'], 400],
    [['<http://example.com/>'], 416],
    [['<tel:+4989123>'], 416],
    [['<sip:a@b;method=BYE>'], 603],
  ] as const)('%j is refused with %i', (values, status) => {
    expect(readReferTo(values)).toBe(status);
  });
});
