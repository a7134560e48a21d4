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
    .filter(({ address, internal }) => !internal && !isLinkLocal(address))
    .map(({ interfaceName, address }) => `${interfaceName} ${address}`)
    .sort()
    .join('\n');
}

/** The interface that has this address; undefined when none of this computer's does. */
export function interfaceWith(address: string, addresses: readonly LocalAddress[]): string | undefined {
  const wanted = comparable(address);
  return addresses.find((one) => comparable(one.address) === wanted)?.interfaceName;
}

/** IPv4 mapped into IPv6 as what it is; without the zone, which systems write or leave out. */
function comparable(address: string): string {
  return address
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')
    .toLowerCase();
}

export function isLinkLocal(address: string): boolean {
  return /^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(address);
}

/**
 * Whether an address belongs to a network that the public internet does not lead to: loopback, link-local, RFC 1918, shared address
 * space (RFC 6598), unique local (RFC 4193). IPv4 mapped into IPv6 counts as what it is.
 */
export function isPrivateAddress(address: string): boolean {
  const plain = comparable(address);
  if (plain.includes(':')) return plain === '::1' || isLinkLocal(plain) || /^f[cd][0-9a-f]{2}:/i.test(plain);
  const [first = -1, second = -1] = plain.split('.').map(Number);
  return (
    first === 10 ||
    first === 127 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}

/** Whether a host is this computer itself, by name (RFC 6761 section 6.3) or address. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}
