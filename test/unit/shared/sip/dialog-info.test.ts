import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialogStateSchema } from '#shared/people/line-state.ts';
import { lineActivityOf, lineStateOf, ringingDialog } from '#shared/people/line-activity.ts';
import { mergeDialogInfo, parseDialogInfo, type WatchedDialogs } from '#shared/sip/dialog-info.ts';

const document = (body: string, attributes = 'version="1" state="full"'): string =>
  `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" ${attributes} entity="sip:202@vm">${body}</dialog-info>`;

const ringing = `
  <dialog id="a1" call-id="c-1@x" local-tag="mine" remote-tag="theirs" direction="recipient">
    <remote><identity display="M&#252;ller &amp; Co">sip:%2B4989123@vm</identity><target uri="sip:x@10.0.0.1"/></remote>
    <state event="1xx-tag" code="180">early</state>
  </dialog>`;

describe('a dialog-info document', () => {
  it('says who rings whom, and what the dialog is called', () => {
    expect(parseDialogInfo(document(ringing))).toEqual({
      version: 1,
      state: 'full',
      entity: 'sip:202@vm',
      dialogs: [
        {
          id: 'a1',
          state: 'early',
          direction: 'recipient',
          remote: { displayName: 'Müller & Co', number: '+4989123', uri: 'sip:%2B4989123@vm' },
          dialog: { callId: 'c-1@x', localTag: 'mine', remoteTag: 'theirs' },
        },
      ],
    });
  });

  it('is read with what servers leave out or add', () => {
    const idle = '<dialog id="202"><state>terminated</state></dialog><ext:thing xmlns:ext="urn:x"/><x:dialog xmlns:x="urn:x" id="9"/>';
    expect(parseDialogInfo(document(idle, 'version="none"'))).toMatchObject({
      version: 0,
      state: 'full',
      dialogs: [{ id: '202', state: 'terminated', direction: null, remote: null, dialog: null }],
    });
    const unnamed =
      '<dialog id="1" call-id="c" local-tag="l"><state> Confirmed </state><remote><target uri="sip:203@vm"/></remote></dialog>';
    expect(parseDialogInfo(`<dialog-info>${unnamed}<dialog><state>early</state></dialog><dialog id="2"/></dialog-info>`)?.dialogs).toEqual([
      { id: '1', state: 'confirmed', direction: null, remote: { displayName: '', number: '203', uri: 'sip:203@vm' }, dialog: null },
    ]);
    expect(
      parseDialogInfo(document('<dialog id="1"><remote><identity display="Ann"/></remote><state>early</state></dialog>')),
    ).toMatchObject({
      dialogs: [{ remote: { displayName: 'Ann', number: '', uri: '' } }],
    });
  });

  it.each(['', 'no xml', '<a/>', '<dialog-info xmlns="urn:other"/>', '<conference-info/>'])('%j is none', (text) => {
    expect(parseDialogInfo(text)).toBeUndefined();
  });

  it('fits the schema whatever a stranger sends', () => {
    const text = fc.string({ maxLength: 600 }).map((value) => value.replace(/[<>"&]/g, ''));
    fc.assert(
      fc.property(text, text, text, (id, name, uri) => {
        const body = `<dialog id="${id}" call-id="${name}" local-tag="${uri}" remote-tag="${name}"><state>early</state>
          <remote><identity display="${name}">sip:${uri}@x</identity></remote></dialog>`;
        for (const dialog of parseDialogInfo(document(body))?.dialogs ?? []) expect(dialogStateSchema.safeParse(dialog).success).toBe(true);
      }),
    );
  });
});

it('is read, or not, however it was damaged on the way', () => {
  const whole = document(ringing + '<dialog id="b"><state>confirmed</state></dialog>');
  const damage = fc.record({ at: fc.nat(whole.length - 1), cut: fc.nat(40), put: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
      const text = damages.reduce((before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut), whole);
      for (const dialog of parseDialogInfo(text)?.dialogs ?? []) expect(dialogStateSchema.safeParse(dialog).success).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('documents of one subscription', () => {
  const merge = (before: WatchedDialogs | undefined, body: string, attributes: string) => {
    const info = parseDialogInfo(document(body, attributes));
    if (info === undefined) throw new Error('unread');
    return mergeDialogInfo(before, info);
  };
  const dialog = (id: string, state: string): string => `<dialog id="${id}"><state>${state}</state></dialog>`;
  const ids = (watched: WatchedDialogs | undefined) => watched?.dialogs.map(({ id, state }) => `${id} ${state}`);

  it('add up', () => {
    const first = merge(undefined, dialog('a', 'early') + dialog('b', 'confirmed') + dialog('c', 'terminated'), 'version="4" state="full"');
    expect([ids(first.now), first.gap]).toEqual([['a early', 'b confirmed'], false]);
    const second = merge(first.now, dialog('a', 'confirmed') + dialog('d', 'trying'), 'version="5" state="partial"');
    expect(ids(second.now)).toEqual(['a confirmed', 'b confirmed', 'd trying']);
    const third = merge(second.now, dialog('b', 'terminated'), 'version="6" state="partial"');
    expect(ids(third.now)).toEqual(['a confirmed', 'd trying']);
  });

  it('tell when one was missed, and pass over an old one', () => {
    const { now } = merge(undefined, dialog('a', 'early'), 'version="4" state="full"');
    expect(merge(now, dialog('a', 'terminated'), 'version="6" state="partial"')).toEqual({ now, gap: true });
    expect(merge(now, dialog('a', 'terminated'), 'version="4" state="partial"')).toEqual({ now, gap: false });
    expect(merge(undefined, dialog('a', 'early'), 'version="0" state="partial"')).toEqual({ now: undefined, gap: true });
  });

  it('count again from a full one, also from a server that never counts', () => {
    const { now } = merge(undefined, dialog('a', 'early'), 'version="0" state="full"');
    expect(ids(merge(now, dialog('a', 'confirmed'), 'version="0" state="full"').now)).toEqual(['a confirmed']);
  });
});

describe('what a watched line does', () => {
  const line = (...dialogs: string[]) => parseDialogInfo(document(dialogs.join('')))?.dialogs ?? [];
  const dialog = (state: string, direction: string, more = '') =>
    `<dialog id="${state}${direction}" direction="${direction}" ${more}><state>${state}</state></dialog>`;

  it.each([
    [[], 'idle'],
    [[dialog('terminated', 'recipient')], 'idle'],
    [[dialog('early', 'recipient')], 'ringing'],
    [[dialog('trying', 'recipient')], 'ringing'],
    [[dialog('early', '')], 'ringing'],
    [[dialog('trying', '')], 'busy'],
    [[dialog('early', 'initiator')], 'busy'],
    [[dialog('confirmed', 'recipient')], 'busy'],
    [[dialog('confirmed', ''), dialog('early', 'recipient')], 'ringing'],
  ])('%j: %s', (dialogs, activity) => {
    expect(lineActivityOf(line(...dialogs))).toBe(activity);
  });

  it('is not known where the server does not tell', () => {
    expect(lineStateOf('202', false, line(ringing))).toEqual({ number: '202', activity: 'unknown', remote: null });
    expect(lineStateOf('202', true, line(ringing))).toMatchObject({ activity: 'ringing', remote: { number: '+4989123' } });
    expect(lineStateOf('202', true, [])).toEqual({ number: '202', activity: 'idle', remote: null });
  });

  it('offers the dialog that a pickup can name', () => {
    expect(ringingDialog(line(dialog('confirmed', 'recipient')))).toBeUndefined();
    expect(ringingDialog(line(dialog('early', 'recipient'), ringing))?.id).toBe('a1');
    expect(ringingDialog(line(dialog('early', 'recipient')))?.dialog).toBeNull();
  });
});
