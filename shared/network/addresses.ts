/** One address of this computer, as the system lists it. */
export interface LocalAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly internal: boolean;
}

/**
 * A text that is the same as long as this computer can be reached in the same places. Loopback and link-local addresses do
 * not count: no server answers to them, and they come and go with every adapter.
 */
export function addressMark(addresses: readonly LocalAddress[]): string {
  return addresses
    .filter(({ address, internal }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ interfaceName, address }) => `${interfaceName} ${address}`)
    .sort()
    .join('\n');
}
