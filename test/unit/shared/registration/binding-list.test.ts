import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBindingList } from '#shared/registration/binding-list.ts';
import { otherContactSchema } from '#shared/registration/other-contact.ts';
import { type ContactIdentity, ownContactUri } from '#shared/registration/own-contact.ts';
import { parseNameAddressList } from '#shared/sip/parse-name-address.ts';

const identity: ContactIdentity = { key: '0123456789abcdef', host: 'x.invalid', computerName: 'desk', instance: 'urn:uuid:1' };
const laptop: ContactIdentity = { key: 'fedcba9876543210', host: 'y.invalid', computerName: 'Büro 2', instance: 'urn:uuid:2' };

function listOf(...contacts: string[]) {
  const { own, stale, others, claims } = readBindingList(parseNameAddressList(contacts.join(', ')), identity, '0123456789abcdef7');
  return { own: own?.uri.user, stale: stale.map(({ user }) => user), others, claims };
}

describe('what a registrar has bound', () => {
  it('is told apart: the present binding, what we left behind, and others', () => {
    const list = listOf(
      '<sip:0123456789abcdef6@192.0.2.7:1234;transport=ws;cm-name=desk;cm-since=a>;expires=30',
      '<sip:0123456789abcdef7@192.0.2.7:1235;transport=ws;cm-name=desk;cm-since=b>;expires=60',
      '<sip:desk@192.0.2.1>',
    );
    expect(list).toMatchObject({ own: '0123456789abcdef7', stale: ['0123456789abcdef6'], others: [{ key: 'desk@192.0.2.1' }], claims: [] });
  });

  it('is ours by its instance where the server has made up a user part, and left behind where the user part is ours', () => {
    expect(listOf('<sip:made-up@h>;+sip.instance="<URN:UUID:1>"').own).toBe('made-up');
    expect(listOf('<sip:0123456789abcdef6@h>;+sip.instance="<urn:uuid:1>"')).toMatchObject({
      own: undefined,
      stale: ['0123456789abcdef6'],
    });
  });

  it('says which computer another Commute runs on, and since when', () => {
    const [other] = listOf(`<${ownContactUri(laptop, 40, { since: 1_700_000_000_000, over: [] })}>`).others;
    expect(other).toMatchObject({ key: laptop.key, name: 'Büro 2', host: 'y.invalid', since: 1_700_000_000_000, isCommute: true });
  });

  it('tells a copy of this installation on another computer from what we left behind', () => {
    const copy = ownContactUri({ ...identity, computerName: 'laptop' }, 3, { since: 1_000, over: [] });
    expect(listOf(`<${copy}>`)).toMatchObject({ stale: [], others: [{ key: identity.key, name: 'laptop' }] });
  });

  it('names those who took the line over from us, each takeover by a name of its own', () => {
    const claim = (since: number, over: string[]): string => `<${ownContactUri(laptop, 1, { since, over })}>`;
    expect(listOf(claim(1_000, ['aaaaaaaaaaaaaaaa'])).claims).toEqual([]);
    const [first] = listOf(claim(1_000, ['aaaaaaaaaaaaaaaa', identity.key])).claims;
    const [second] = listOf(claim(2_000, [identity.key])).claims;
    expect(first?.name).toBe('Büro 2');
    expect(first?.id).not.toBe(second?.id);
  });

  it('is a stranger\u2019s text, whatever stands in it', () => {
    const part = fc.stringMatching(/^[ -~]{0,40}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part, part, part), { maxLength: 30 }), (contacts) => {
        const text = contacts.map(
          ([user, host, parameters, after]) => `<sip:${user}@${host};cm-name=${parameters};cm-since=${after}>;${after}`,
        );
        const list = readBindingList(parseNameAddressList(text.join(', ')), identity, undefined);
        expect(list.others.length).toBeLessThanOrEqual(20);
        for (const other of list.others) otherContactSchema.parse(other);
      }),
    );
  });
});
