import { canonicalAddress } from '../stun/address.ts';

/** Who a STUN or TURN server is, and how it is reached. */
export interface IceUri {
  readonly kind: 'stun' | 'turn';
  /** A name, or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** From here to the server; what a relay speaks with the other side is always UDP. */
  readonly transport: 'udp' | 'tcp' | 'tls';
}

export const longestIceUri = 512;

const defaultPort = 3478;
const defaultTlsPort = 5349;
const form = /^(stun|turns?):(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9._-]+))(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * Reads `stun:host[:port]` (RFC 7064), `turn:host[:port][?transport=udp|tcp]` and `turns:...` (RFC 7065). Undefined for anything else,
 * and for `stuns:`, which Chromium would ask without TLS. A `turns:` is TLS over TCP whatever its transport says, as in Chromium.
 */
export function parseIceUri(text: string): IceUri | undefined {
  if (text.length > longestIceUri) return undefined;
  const [, scheme, literal, name = '', digits, transport] = form.exec(text) ?? [];
  const host = literal === undefined ? nameOf(name) : addressOf(literal);
  const port = digits === undefined ? (scheme === 'turns' ? defaultTlsPort : defaultPort) : Number(digits);
  if (scheme === undefined || host === undefined || port < 1 || port > 65_535) return undefined;
  if (scheme === 'stun') return transport === undefined ? { kind: 'stun', host, port, transport: 'udp' } : undefined;
  return { kind: 'turn', host, port, transport: scheme === 'turns' ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp' };
}

/** `host:port` as people write it. */
export function serverOf({ host, port }: Pick<IceUri, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An IPv4 address, or a name that is none: one that ends in a number stands for an address elsewhere (RFC 3986 section 7.4). */
function nameOf(text: string): string | undefined {
  const labels = text.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return canonicalAddress(text);
  return text.length <= 253 && labels.every((each) => label.test(each)) ? text.toLowerCase() : undefined;
}

function addressOf(literal: string): string | undefined {
  return literal.includes(':') ? canonicalAddress(literal) : undefined;
}
