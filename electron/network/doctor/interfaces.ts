import { readFile } from 'node:fs/promises';
import type { InterfaceAddress, RouteEvidence, TcpAttempt } from '#shared/network/doctor/evidence.ts';
import { defaultRoute, readRoutes4, readRoutes6, type Route } from '#shared/network/doctor/routes.ts';
import { sourceTowards } from '../source-address.ts';
import { systemAddresses } from '../system-addresses.ts';

/** Addresses that belong to nobody (RFC 5737, RFC 3849): what leads there leads everywhere. Nothing is sent to them. */
const anywhere = ['198.51.100.1', '2001:db8::1'] as const;

/** Whether anything leads out of the own networks, and by which interface. Linux shows its table; elsewhere the choice of a source tells. */
export async function findRoutes(): Promise<RouteEvidence> {
  const [sources, routes] = await Promise.all([Promise.all(anywhere.map(findSource)), process.platform === 'linux' ? readTables() : []]);
  const source = sources.find((found) => found !== null) ?? null;
  const interfaceName = source?.interfaceName ?? defaultRoute(routes)?.interfaceName ?? '';
  return { hasDefault: source !== null, interfaceName, routes };
}

/** Our address that the system would send from to another, and the interface that has it; null when no way leads there. */
export async function findSource(address: string): Promise<TcpAttempt['source']> {
  const own = await sourceTowards(address);
  return own === null ? null : { address: own, interfaceName: interfaceOf(own) };
}

function interfaceOf(own: string): string | null {
  const plain = own.replace(/%.*$/, '');
  // all of 127.0.0.0/8 is loopback's, whatever address it lists
  const isIts = ({ address, internal }: InterfaceAddress): boolean =>
    address === plain || (internal && plain.startsWith('127.') && address.startsWith('127.'));
  return systemAddresses().find(isIts)?.interfaceName ?? null;
}

async function readTables(): Promise<Route[]> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [four, six] = await Promise.all([read('/proc/net/route'), read('/proc/net/ipv6_route')]);
  return [...readRoutes4(four), ...readRoutes6(six)];
}
