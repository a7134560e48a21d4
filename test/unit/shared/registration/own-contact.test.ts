import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commuteKeyOf, contactUser, isOwnUser, ownContactUri, toldName } from '#shared/registration/own-contact.ts';
import { parseUri } from '#shared/sip/parse-uri.ts';

const identity = { key: '0123456789abcdef', host: 'abcdef012345.invalid', computerName: 'desk', instance: 'urn:uuid:1' };
const key = fc.stringMatching(/^[0-9a-f]{16}$/);

describe('the Contact of a binding', () => {
  it('is a URI that every registrar takes, and says what others want to know', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.nat(),
        fc.nat(2 ** 40),
        fc.array(key, { maxLength: 9 }),
        (name, number, since, over) => {
          const text = ownContactUri({ ...identity, computerName: name }, number, { since, over });
          expect(text.length).toBeLessThanOrEqual(256);
          expect(text).toMatch(/^[!-~]+$/);
          const uri = parseUri(text);
          expect(uri?.user).toBe(contactUser(identity, number));
          expect(isOwnUser(uri?.user ?? '', identity)).toBe(true);
          expect(uri === undefined ? undefined : commuteKeyOf(uri)).toBe(identity.key);
          expect(uri?.parameters.get('cm-name') ?? '').toBe(toldName({ computerName: name }));
          expect(uri?.parameters.get('cm-over') ?? '').toBe(over.slice(0, 4).join('.'));
        },
      ),
    );
  });

  it('is told from others by its user part', () => {
    expect(isOwnUser('0123456789abcdef', identity)).toBe(false);
    expect(isOwnUser('0123456789abcdef-1', identity)).toBe(false);
    expect(isOwnUser('0123456789abcde01', identity)).toBe(false);
    const strangers = ['sip:0123456789abcdef1@h', 'sip:201@h;cm-since=1', 'tel:201'].map(parseUri);
    expect(strangers.map((uri) => (uri === undefined ? '' : commuteKeyOf(uri)))).toEqual([undefined, undefined, undefined]);
  });
});
