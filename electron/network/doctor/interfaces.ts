import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { InterfaceAddress, RouteEvidence } from '#shared/network/doctor-evidence.ts';
import { defaultRoute, readRoutes4, readRoutes6, type Route } from '#shared/network/doctor-routes.ts';
import { sourceToward } from './source-address.ts';

/** Addresses that belong to nobody (RFC 5737, RFC 3849): what leads there leads everywhere. Nothing is sent to them. */
const anywhere = ['198.51.100.1', '2001:db8::1'] as const;

/** This computer's addresses, as the system lists them now. */
export function listInterfaces(): InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, list = []]) =>
    list.map(({ address, internal, cidr }) => ({ interfaceName, address, internal, prefixLength: Number(cidr?.split('/')[1] ?? 0) })),
  );
}

/** Whether anything leads out of the own networks, and by which interface. Linux shows its table; elsewhere the choice of a source tells. */
export async function findRoutes(): Promise<RouteEvidence> {
  const [sources, routes] = await Promise.all([Promise.all(anywhere.map(sourceToward)), process.platform === 'linux' ? readTables() : []]);
  const source = sources.find((found) => found !== null) ?? null;
  const interfaceName = source?.interfaceName ?? defaultRoute(routes)?.interfaceName ?? '';
  return { hasDefault: source !== null, interfaceName, routes };
}

async function readTables(): Promise<Route[]> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [four, six] = await Promise.all([read('/proc/net/route'), read('/proc/net/ipv6_route')]);
  return [...readRoutes4(four), ...readRoutes6(six)];
}
