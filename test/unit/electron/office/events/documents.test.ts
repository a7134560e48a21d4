import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conferencePackage } from '#electron/office/events/conference-package.ts';
import { dialogPackage } from '#electron/office/events/dialog-package.ts';
import type { DialogEnd, TrackedDialog } from '#electron/office/events/dialog-table.ts';
import { parseConferenceInfo } from '#shared/sip/conference-info.ts';
import { parseDialogInfo } from '#shared/sip/dialog-info.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `x${text}`);
const names = new Map<string, string>();
const addresses = { nameOf: (number: string) => names.get(number) ?? '', uriOf: (number: string) => `sip:${number}@127.0.0.1` };
const end = (number: string, hidden = false): DialogEnd => ({ number, token: `token-${number}`, hidden, group: undefined });
const dialog = (changes: Partial<TrackedDialog> = {}): TrackedDialog => ({
  id: 'd1',
  callId: 'call',
  caller: end('10'),
  callerTag: 'a',
  callee: end('11'),
  calleeTag: 'b',
  state: 'confirmed',
  ...changes,
});

describe('documents of the practice office', () => {
  const dialogs = dialogPackage(addresses, () => true);
  const conference = conferencePackage(addresses, () => true);

  it('are well-formed whatever names and ids hold, and never tell a route token', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, callId) => {
        names.set('10', name);
        const document = dialogs.document('11', [dialog({ callId })], 3);
        expect(document).not.toContain('token-');
        const info = parseDialogInfo(document);
        expect(info).toMatchObject({ version: 3, dialogs: [{ state: 'confirmed', dialog: { localTag: 'b', remoteTag: 'a' } }] });
        const roster = parseConferenceInfo(conference.document('11', [dialog({ callId })], 3));
        expect(roster?.users).toHaveLength(1);
      }),
    );
    names.clear();
  });

  it('tell both sides of a dialog, and a dialog that has no other side yet', () => {
    const of = (number: string, changes: Partial<TrackedDialog>) =>
      parseDialogInfo(dialogs.document(number, [dialog(changes)], 0))?.dialogs[0];
    expect(of('10', {})).toMatchObject({ direction: 'initiator', remote: { number: '11' }, dialog: { localTag: 'a', remoteTag: 'b' } });
    expect(of('11', {})).toMatchObject({ direction: 'recipient', remote: { number: '10' }, dialog: { localTag: 'b', remoteTag: 'a' } });
    expect(of('20', { callee: { ...end('11'), group: '20' } })).toMatchObject({ direction: 'recipient', remote: { number: '10' } });
    expect(of('10', { callee: undefined, calleeTag: undefined, state: 'trying' })).toMatchObject({ remote: null, dialog: null });
  });

  it('count the devices of a user as endpoints, and those who hide apart', () => {
    const room = (id: string, caller: DialogEnd): TrackedDialog => dialog({ id, caller, callee: end('8000') });
    const members = [room('1', end('10')), room('2', end('10')), room('3', end('12', true)), room('4', end('13', true))];
    const left = { ...room('5', end('14')), state: 'terminated' } as const;
    const called = dialog({ id: '6', caller: end('8000'), callee: end('15'), state: 'early' });
    const users = parseConferenceInfo(conference.document('8000', [...members, left, called], 0))?.users ?? [];
    expect(users.map(({ endpoints }) => endpoints.map(({ status }) => status))).toEqual([
      ['connected', 'connected'],
      ['connected'],
      ['connected'],
      ['ringing'],
    ]);
    expect(users.map(({ entity }) => entity)).toEqual([
      'sip:10@127.0.0.1',
      'sip:anonymous-3@anonymous.invalid',
      'sip:anonymous-4@anonymous.invalid',
      'sip:15@127.0.0.1',
    ]);
  });
});
