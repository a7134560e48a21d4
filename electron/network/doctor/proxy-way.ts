import type { Socket } from 'node:net';
import { AppError } from '#shared/errors/app-error.ts';
import type { ProxyEvidence } from '#shared/network/doctor/evidence.ts';
import { type Proxy, proxyName } from '#shared/network/proxy-list.ts';
import type { Server } from '#shared/profiles/account.ts';
import { serverUrl } from '#shared/profiles/server-address.ts';
import type { Proxies } from './ports.ts';

/** How connections to one address are made: straight, or through this proxy. */
export interface ProxyWay {
  readonly evidence: ProxyEvidence;
  readonly proxy: Proxy | undefined;
}

/** Walks the system's ways to a server until one is open, as the line does. */
export async function findWay(proxies: Proxies, server: Server, signal: AbortSignal): Promise<ProxyWay> {
  const ways = await proxies.waysTo(serverUrl(server));
  let first: ProxyEvidence | undefined;
  for (const way of ways) {
    if (way.kind === 'direct')
      return {
        evidence: first === undefined ? { proxy: null, outcome: 'direct' } : { ...first, outcome: 'passed-over' },
        proxy: undefined,
      };
    try {
      const tunnel = await proxies.open(way, server, signal);
      tunnel.destroy();
      return { evidence: { proxy: proxyName(way), outcome: 'open' }, proxy: way };
    } catch (error) {
      first ??= { proxy: proxyName(way), outcome: outcomeOf(error) };
      // a password that is missing is the person's matter: no other way is taken in its place
      if (first.outcome === 'password') break;
    }
  }
  return { evidence: first ?? { proxy: null, outcome: 'direct' }, proxy: undefined };
}

/** A connection to the server's port through the proxy; undefined where the way is straight. */
export async function tunnelBy(
  proxies: Proxies,
  way: ProxyWay | undefined,
  server: Server,
  signal: AbortSignal,
): Promise<Socket | undefined> {
  return way?.proxy === undefined ? undefined : proxies.open(way.proxy, server, signal);
}

function outcomeOf(error: unknown): 'unreachable' | 'password' | 'refused' {
  if (error instanceof AppError && error.code === 'proxy-password-needed') return 'password';
  return error instanceof AppError && error.code === 'proxy-refused' ? 'refused' : 'unreachable';
}
