import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdServer } from './held-server.ts';

/** A real coturn: STUN with RFC 5780 behaviour discovery, TURN over UDP, TCP and TLS. */
export interface Coturn {
  readonly host: string;
  /** A second address of the same server, as behaviour discovery needs it. */
  readonly alternateHost: string;
  /** STUN, and TURN over UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  readonly username: string;
  readonly password: string;
  /** Certificate of the authority behind its own, as PEM. */
  authority(): Promise<string>;
  /** What it has noted so far. */
  log(): Promise<string>;
  dispose(): Promise<void>;
}

/** @throws Error with one sentence when coturn cannot be unpacked or started */
export async function startCoturn(): Promise<Coturn> {
  const server = await holdServer('coturn', (host) => ({ LAB_IP2: alternateOf(host) }));
  return {
    host: server.host,
    alternateHost: alternateOf(server.host),
    port: 3478,
    tlsPort: 5349,
    username: 'lab',
    password: 'labsecret',
    authority: () => readFile(join(server.folder, 'keys', 'ca.crt'), 'utf8'),
    log: () => readFile(join(server.folder, 'turnserver.log'), 'utf8'),
    dispose: () => server.dispose(),
  };
}

/** The neighbour: the last number of a chosen address is below 250. */
function alternateOf(host: string): string {
  return host.replace(/\d+$/, (last) => String(Number(last) + 1));
}
