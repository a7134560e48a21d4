import { networkInterfaces } from 'node:os';
import type { InterfaceAddress } from '#shared/network/doctor/evidence.ts';

/** This computer's addresses, as the system lists them now; loopback among them. */
export function systemAddresses(): InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, list = []]) =>
    list.map(({ address, internal, cidr }) => ({ interfaceName, address, internal, prefixLength: Number(cidr?.split('/')[1] ?? 0) })),
  );
}
