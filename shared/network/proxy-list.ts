import { bracketed } from '../profiles/sip-address.ts';

export interface Proxy {
  /** `http`: CONNECT in the clear; `https`: CONNECT inside TLS to the proxy; `socks5`: RFC 1928. */
  readonly kind: 'http' | 'https' | 'socks5';
  /** DNS name or IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** One way to a server: straight, or through a proxy. */
export type ProxyChoice = { readonly kind: 'direct' } | Proxy;

/** Asks which ways lead to a URL (`wss:` or `ws:`), the preferred one first; never empty. */
export type ProxyResolver = (url: string) => Promise<readonly ProxyChoice[]>;

export const directOnly: readonly ProxyChoice[] = [{ kind: 'direct' }];

const longestList = 4_096;
/** More ways than this are not tried: each may take seconds to be found closed. */
const mostChoices = 4;

const kinds: ReadonlyMap<string, { readonly kind: Proxy['kind']; readonly port: number }> = new Map([
  ['PROXY', { kind: 'http', port: 80 }],
  ['HTTP', { kind: 'http', port: 80 }],
  ['HTTPS', { kind: 'https', port: 443 }],
  ['SOCKS5', { kind: 'socks5', port: 1080 }],
]);

/**
 * Reads what a proxy configuration script answers (`PROXY a:3128; SOCKS5 b:1080; DIRECT`). Kinds that are not spoken here (SOCKS 4,
 * QUIC) and what makes no sense are left out; when nothing is left the way is direct.
 */
export function parseProxyList(text: string): readonly ProxyChoice[] {
  const choices = text
    .slice(0, longestList)
    .split(';')
    .map(readChoice)
    .filter((choice) => choice !== undefined)
    .slice(0, mostChoices);
  return choices.length === 0 ? directOnly : choices;
}

/** `proxy.example.com:3128`, as errors and logs name it. */
export function proxyName({ host, port }: Proxy): string {
  return `${bracketed(host)}:${port}`;
}

function readChoice(element: string): ProxyChoice | undefined {
  const [word = '', address, ...more] = element.trim().split(/\s+/);
  const keyword = word.toUpperCase();
  if (keyword === 'DIRECT') return address === undefined ? { kind: 'direct' } : undefined;
  const known = kinds.get(keyword);
  if (known === undefined || address === undefined || more.length > 0) return undefined;
  const parts = /^(?:\[([0-9a-f:.]+(?:%[0-9a-z]+)?)\]|([^\s:/?#@[\]]{1,253}))(?::(\d{1,5}))?$/i.exec(address);
  const host = parts?.[1] ?? parts?.[2];
  const port = parts?.[3] === undefined ? known.port : Number(parts[3]);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { kind: known.kind, host: host.toLowerCase(), port };
}
