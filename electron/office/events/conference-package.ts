import type { TrackedDialog } from './dialog-table.ts';
import type { AddressBook, EventPackage } from './event-package.ts';
import { xmlText } from './xml-text.ts';

/** Who is in a conference (RFC 4575): whoever has a dialog with its focus. Every document is a full one. */
export function conferencePackage(addresses: AddressBook, covers: (number: string) => boolean): EventPackage {
  return {
    name: 'conference',
    contentType: 'application/conference-info+xml',
    covers,
    document: (number, dialogs, version) => {
      const users = usersOf(number, dialogs, addresses);
      return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="${xmlText(addresses.uriOf(number))}" state="full" version="${version}">`,
        `  <conference-description><subject>${xmlText(addresses.nameOf(number))}</subject></conference-description>`,
        `  <conference-state><user-count>${users.size}</user-count><active>${users.size > 0}</active></conference-state>`,
        '  <users>',
        ...[...users.values()].map(userElement),
        '  </users>',
        '</conference-info>',
        '',
      ].join('\n');
    },
  };
}

interface User {
  readonly entity: string;
  readonly name: string;
  readonly endpoints: readonly string[];
}

/** By address; each device of a user is an endpoint. */
function usersOf(focus: string, dialogs: readonly TrackedDialog[], addresses: AddressBook): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const dialog of dialogs) {
    const dialsIn = dialog.callee?.number === focus;
    const end = dialsIn ? dialog.caller : dialog.callee;
    if (dialog.state === 'terminated' || end === undefined) continue;
    // two who hide are two users
    const entity = end.hidden ? `sip:anonymous-${dialog.id}@anonymous.invalid` : addresses.uriOf(end.number);
    const name = end.hidden ? 'Anonymous' : addresses.nameOf(end.number);
    const endpoint = endpointElement(`${entity};gr=${dialog.id}`, dialog.state === 'confirmed', dialsIn);
    users.set(entity, { entity, name, endpoints: [...(users.get(entity)?.endpoints ?? []), endpoint] });
  }
  return users;
}

function userElement({ entity, name, endpoints }: User): string {
  const shown = `<display-text>${xmlText(name)}</display-text>`;
  return `    <user entity="${xmlText(entity)}" state="full">${shown}${endpoints.join('')}</user>`;
}

function endpointElement(uri: string, connected: boolean, dialsIn: boolean): string {
  const status = connected ? 'connected' : dialsIn ? 'dialing-in' : 'alerting';
  const joining = `<joining-method>${dialsIn ? 'dialed-in' : 'dialed-out'}</joining-method>`;
  return `<endpoint entity="${xmlText(uri)}" state="full"><status>${status}</status>${joining}</endpoint>`;
}
