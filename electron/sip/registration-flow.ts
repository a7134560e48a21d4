import { type ContactIdentity, contactUser, type ContactWish, ownContactUri } from '#shared/registration/own-contact.ts';
import type { RegisterGrants } from '#shared/registration/register-grants.ts';
import type { RegisterOrder } from '#shared/registration/registration-state.ts';
import { interfaceWith, type LocalAddress } from '#shared/network/addresses.ts';
import type { FlowPath } from '#shared/network/path.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { RegisterClient, RegisterContent } from './register-client.ts';
import type { SipChannel } from './transports/sip-transport.ts';
import type { TransportCore } from './transports/transport-core.ts';

/** A Contact that was bound over a connection. */
export interface BoundContact {
  readonly wish: ContactWish;
  readonly user: string;
  readonly uri: string;
}

/** One connection as the registrar keeps it. */
export interface RegistrationFlow {
  /** Its name in the registration machine. */
  readonly id: number;
  /** Index of the address. */
  readonly server: number;
  readonly core: TransportCore;
  readonly channel: SipChannel;
  readonly client: RegisterClient;
  /** The present Contact last. */
  contacts: readonly BoundContact[];
  grants: RegisterGrants | undefined;
  /** Closes it when the last answers over it have come. */
  linger: Disposable | undefined;
}

/**
 * What an order of the machine's says on the wire.
 * @param flow its contacts are changed: a bind that wants another Contact adds it, what is released is forgotten
 */
export function contentOf(
  order: RegisterOrder,
  flow: Pick<RegistrationFlow, 'contacts'>,
  identity: ContactIdentity,
  newNumber: () => number,
): RegisterContent {
  switch (order.kind) {
    case 'bind': {
      const present = flow.contacts.at(-1);
      const contact =
        present !== undefined && sameWish(present.wish, order.contact) ? present : newContact(order.contact, identity, newNumber());
      if (contact !== present) flow.contacts = [...flow.contacts, contact];
      return {
        contacts: ({ expiresSeconds, outbound }) => [
          `<${contact.uri}>;+sip.instance="<${identity.instance}>"${outbound ? ';reg-id=1' : ''};expires=${expiresSeconds}`,
        ],
        expires: 'lifetime',
      };
    }
    case 'unbind': {
      const present = flow.contacts.slice(-1);
      return removal(({ outbound }) =>
        present.map(({ uri }) => `<${uri}>;+sip.instance="<${identity.instance}>"${outbound ? ';reg-id=1' : ''};expires=0`),
      );
    }
    case 'release': {
      const released = order.which === 'all' ? flow.contacts : flow.contacts.slice(0, -1);
      flow.contacts = order.which === 'all' ? [] : flow.contacts.slice(-1);
      // a server that knows the instance has put the new binding in the place of this one and must not lose it: no instance here
      return removal(() => released.map(({ uri }) => `<${uri}>;expires=0`));
    }
    case 'remove':
      return removal(() => order.uris.map((uri) => `<${uri}>;expires=0`));
    case 'clear':
      return removal(() => ['*']);
    case 'query':
      return { contacts: () => [], expires: undefined };
  }
}

function removal(contacts: RegisterContent['contacts']): RegisterContent {
  return { contacts, expires: 0 };
}

function newContact(wish: ContactWish, identity: ContactIdentity, number: number): BoundContact {
  return { wish, user: contactUser(identity, number), uri: ownContactUri(identity, number, wish) };
}

function sameWish(one: ContactWish, other: ContactWish): boolean {
  return one.since === other.since && one.over.join() === other.over.join();
}

/** Whether a connection's own address is still one of this computer's. */
export function standsHere({ path }: Pick<TransportCore, 'path'>, addresses: readonly LocalAddress[]): boolean {
  return path === undefined || interfaceWith(path.localAddress, addresses) !== undefined;
}

/** Where a connection runs; nowhere when there is none. */
export function pathOf(flow: Pick<TransportCore, 'path'> | undefined, addresses: readonly LocalAddress[]): FlowPath {
  const { localAddress = '', remoteAddress = '' } = flow?.path ?? {};
  return { localAddress, remoteAddress, interfaceName: interfaceWith(localAddress, addresses) ?? null };
}
