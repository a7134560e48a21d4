import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rosterSchema } from '#shared/calls/call.ts';
import { type ConferenceState, mergeConferenceInfo, parseConferenceInfo, rosterOf } from '#shared/sip/conference-info.ts';

const user = (entity: string, name: string, endpoints: string, attributes = ''): string =>
  `<user entity="${entity}" ${attributes}><display-text>${name}</display-text>${endpoints}</user>`;
const endpoint = (status: string, media = '', attributes = ''): string =>
  `<endpoint entity="sip:e@x" ${attributes}><status>${status}</status>${media === '' ? '' : `<media id="1"><type>audio</type><status>${media}</status></media>`}</endpoint>`;
const document = (users: string, attributes: string, usersAttributes = ''): string =>
  `<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sip:8000@vm" ${attributes}>
    <conference-description><subject>Monday</subject></conference-description>
    <users ${usersAttributes}>${users}</users></conference-info>`;

function merge(before: ConferenceState | undefined, xml: string) {
  const info = parseConferenceInfo(xml);
  if (info === undefined) throw new Error('unread');
  return mergeConferenceInfo(before, info);
}

function rosterAfter(...documents: string[]) {
  let now: ConferenceState | undefined;
  for (const xml of documents) now = merge(now, xml).now;
  return now === undefined ? undefined : rosterOf(now, 'sip:201@vm');
}

const full = document(
  user('sip:201@vm', 'Mia', endpoint('connected', 'sendrecv')) +
    user('sip:202@vm', 'Ben', endpoint('on-hold')) +
    user('sip:203@vm', 'Eve', endpoint('connected', 'recvonly')) +
    user('sip:204@vm', 'Out', endpoint('disconnected')) +
    user('sip:205@vm', 'Ann', endpoint('alerting') + endpoint('muted-via-focus').replace('e@x', 'f@x')),
  'version="1" state="full"',
);

describe('a conference document', () => {
  it('says who is there, who is silent, and who is us', () => {
    expect(rosterAfter(full)).toEqual({
      subject: 'Monday',
      participants: [
        { id: 'sip:201@vm', displayName: 'Mia', number: '201', status: 'connected', muted: false, isSelf: true },
        { id: 'sip:202@vm', displayName: 'Ben', number: '202', status: 'on-hold', muted: null, isSelf: false },
        { id: 'sip:203@vm', displayName: 'Eve', number: '203', status: 'connected', muted: true, isSelf: false },
        { id: 'sip:205@vm', displayName: 'Ann', number: '205', status: 'connected', muted: true, isSelf: false },
      ],
    });
  });

  it('is laid over the one before, part by part', () => {
    const left = document(user('sip:202@vm', '', '', 'state="deleted"'), 'version="2" state="partial"', 'state="partial"');
    const resumed = document(
      `<user entity="sip:203@vm" state="partial">${endpoint('connected', 'sendrecv', 'state="partial"')}</user>`,
      'version="3" state="partial"',
      'state="partial"',
    );
    const roster = rosterAfter(full, left, resumed);
    expect(roster?.participants.map(({ number }) => number)).toEqual(['201', '203', '205']);
    expect(roster?.participants[1]).toMatchObject({ displayName: 'Eve', status: 'connected', muted: false });
  });

  it('tells when one was missed, passes over an old one, and ends', () => {
    const { now } = merge(undefined, full);
    const part = (version: number): string => document('', `version="${version}" state="partial"`, 'state="partial"');
    expect(merge(now, part(3))).toEqual({ now, gap: true });
    expect(merge(now, part(1))).toEqual({ now, gap: false });
    expect(merge(undefined, part(1)).gap).toBe(true);
    expect(rosterAfter(full, '<conference-info version="2" state="deleted"/>')?.participants).toEqual([]);
  });

  it('knows us by the user part where the server has another name for itself, unless two have it', () => {
    const self = (...entities: string[]) =>
      rosterAfter(document(entities.map((entity) => user(entity, '', '')).join(''), 'version="0"'))?.participants.map(
        ({ isSelf }) => isSelf,
      );
    expect(self('sip:201@10.0.0.1', 'sip:202@vm')).toEqual([true, false]);
    expect(self('sip:201@10.0.0.1', 'sip:201@10.0.0.2')).toEqual([false, false]);
    expect(self('sip:201@10.0.0.1', 'sip:201@vm')).toEqual([false, true]);
  });

  it.each(['', '<users/>', '<conference-info xmlns="urn:x"/>'])('%j is none', (text) => {
    expect(parseConferenceInfo(text)).toBeUndefined();
  });

  it('is read, or not, however it was damaged on the way', () => {
    const damage = fc.record({ at: fc.nat(full.length - 1), cut: fc.nat(40), put: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const info = parseConferenceInfo(damages.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), full));
        const now = info && mergeConferenceInfo(undefined, info).now;
        if (now !== undefined) expect(rosterSchema.safeParse(rosterOf(now, 'sip:201@vm')).success).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('fits the schema whatever a stranger sends', () => {
    const text = fc.string({ maxLength: 300 }).map((value) => value.replace(/[<>"&]/g, ''));
    fc.assert(
      fc.property(text, text, fc.boolean(), (entity, name, isUri) => {
        const roster = rosterAfter(document(user(isUri ? `sip:${entity}@x` : `${entity}x`, name, endpoint(name)), 'version="0"'));
        expect(rosterSchema.safeParse(roster).success).toBe(true);
      }),
    );
    const many = Array.from({ length: 900 }, (_, index) => `<user entity="sip:${index}@x"/>`).join('');
    expect(rosterAfter(document(many, 'version="0"'))?.participants).toHaveLength(500);
  });
});
