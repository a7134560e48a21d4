import type { Person } from '#shared/people/person.ts';
import type { AddressBook } from '../events/event-package.ts';
import { parkingPlaces } from '../features/number-plan.ts';

/** Names and addresses of the office's numbers. */
export function officeAddresses(office: { readonly directory: ReadonlyMap<string, Person>; readonly address: string }): AddressBook {
  const host = office.address.replace(/:\d+$/, '');
  const places: ReadonlySet<string> = new Set(parkingPlaces());
  return {
    nameOf: (number) => office.directory.get(number)?.name ?? (places.has(number) ? `Parking place ${number}` : ''),
    // codes have signs that must be escaped in a user part (RFC 3261 section 25.1)
    uriOf: (number) => `sip:${number.replace(/[^\w.*+-]/g, encodeURIComponent)}@${host}`,
  };
}
