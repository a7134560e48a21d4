import { isLinkLocal, isPrivateAddress } from '../addresses.ts';
import type { InterfaceAddress } from './evidence.ts';
import { isTunnel } from '../path.ts';
import { addressBytes } from '../stun/address.ts';

/** Addresses under which this computer stands in some network; loopback and link-local ones lead nowhere. */
export function outwardAddresses(interfaces: readonly InterfaceAddress[]): InterfaceAddress[] {
  return interfaces.filter(({ address, internal }) => !internal && !isLinkLocal(address));
}

/** Names of the tunnels that are up, each once. */
export function tunnelsOf(interfaces: readonly InterfaceAddress[]): string[] {
  const names = outwardAddresses(interfaces).map(({ interfaceName }) => interfaceName);
  return [...new Set(names.filter(isTunnel))];
}

/** Whether an address lies in a network that this computer stands in itself. */
export function isOwnNetwork(address: string, interfaces: readonly InterfaceAddress[]): boolean {
  return interfaces.some((own) => inNetwork(address, own.address, own.prefixLength));
}

/** A private address that lies in no network of ours: it belongs to an office, and we are elsewhere. */
export function isElsewhere(address: string, interfaces: readonly InterfaceAddress[]): boolean {
  return isPrivateAddress(address) && !isOwnNetwork(address, interfaces);
}

/** Whether two addresses agree in their first `prefixLength` bits. */
function inNetwork(address: string, network: string, prefixLength: number): boolean {
  const one = addressBytes(address.replace(/%.*$/, ''));
  const other = addressBytes(network.replace(/%.*$/, ''));
  if (one === undefined || other?.length !== one.length) return false;
  return one.every((byte, index) => {
    const bits = Math.max(0, Math.min(8, prefixLength - 8 * index));
    return (byte ^ (other[index] ?? 0)) >> (8 - bits) === 0;
  });
}
