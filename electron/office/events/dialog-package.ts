import { type DialogEnd, isAt, type TrackedDialog } from './dialog-table.ts';
import type { AddressBook, EventPackage } from './event-package.ts';
import { xmlText } from './xml-text.ts';

/** The dialogs of a line (RFC 4235). Every document is a full one. */
export function dialogPackage(addresses: AddressBook, covers: (number: string) => boolean): EventPackage {
  return {
    name: 'dialog',
    contentType: 'application/dialog-info+xml',
    covers,
    document: (number, dialogs, version) =>
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${xmlText(addresses.uriOf(number))}">`,
        ...dialogs.map((dialog) => dialogElement(number, dialog, addresses)),
        '</dialog-info>',
        '',
      ].join('\n'),
  };
}

/** Tags and direction are those of the line that is watched. */
function dialogElement(number: string, dialog: TrackedDialog, addresses: AddressBook): string {
  const { id, callId, caller, callerTag, callee, calleeTag, state } = dialog;
  const calls = isAt(caller, number);
  const [localTag, remoteTag, remote] = calls ? [callerTag, calleeTag, callee] : [calleeTag, callerTag, asShown(caller)];
  const tags = [
    ['local-tag', localTag],
    ['remote-tag', remoteTag],
  ].map(([name, value]) => (value === undefined ? '' : ` ${name}="${xmlText(value)}"`));
  return [
    `  <dialog id="${xmlText(id)}" call-id="${xmlText(callId)}"${tags.join('')} direction="${calls ? 'initiator' : 'recipient'}">`,
    `    <state>${state}</state>`,
    ...(remote === undefined ? [] : [remoteElement(remote, id, addresses)]),
    '  </dialog>',
  ].join('\n');
}

/** A caller may call in the name of another number. */
function asShown(caller: DialogEnd): DialogEnd {
  return { ...caller, number: caller.group ?? caller.number };
}

/** Who hides can be called by the id of the dialog: a pickup has to send its INVITE to somebody. */
function remoteElement({ number, hidden }: DialogEnd, id: string, addresses: AddressBook): string {
  const name = hidden ? 'Anonymous' : addresses.nameOf(number);
  const display = name === '' ? '' : ` display="${xmlText(name)}"`;
  const identity = hidden ? 'sip:anonymous@anonymous.invalid' : addresses.uriOf(number);
  const target = hidden ? addresses.uriOf(id) : identity;
  return `    <remote><identity${display}>${xmlText(identity)}</identity><target uri="${xmlText(target)}"/></remote>`;
}
