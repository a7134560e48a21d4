import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proxy } from '#shared/network/proxy-list.ts';
import { holdServer } from './held-server.ts';
import { type NetworkLab, serverAddresses } from './network-lab.ts';

export interface LabProxyWishes {
  readonly kind: 'tinyproxy' | 'squid';
  /** What it asks for; tinyproxy has no Digest. Default: nothing. */
  readonly auth?: 'basic' | 'digest';
  /** The only ports it leads to; default: all. */
  readonly ports?: readonly number[];
  /** The small internet on which it stands, at the server's public address; default: a loopback address here. */
  readonly lab?: NetworkLab;
}

/** A real web proxy. */
export interface LabProxy {
  readonly proxy: Proxy;
  readonly user: string;
  readonly password: string;
  /** What it wrote about its connections. */
  log(): Promise<string>;
  dispose(): Promise<void>;
}

/** @throws Error with one sentence when the proxy cannot be unpacked or started */
export async function startProxy({ kind, auth, ports = [], lab }: LabProxyWishes): Promise<LabProxy> {
  const settings = { LAB_PROXY_KIND: kind, LAB_PROXY_AUTH: auth ?? 'none', LAB_PROXY_PORTS: ports.join(' ') };
  const place = lab && { host: serverAddresses.public, prefix: ['ip', 'netns', 'exec', lab.namespace('internet')] };
  const server = await holdServer('proxy', () => settings, place);
  return {
    proxy: { kind: 'http', host: server.host, port: kind === 'squid' ? 3128 : 8888 },
    user: 'lab',
    password: 'labsecret',
    log: () => readFile(join(server.folder, kind === 'squid' ? 'access' : 'log'), 'utf8'),
    dispose: () => server.dispose(),
  };
}
