import { parseIceUri } from '../ice/uri.ts';
import type { StunServerName } from '../nat/findings.ts';

/**
 * Who of an account's ICE servers can be asked about the NAT: STUN servers, then relays over UDP, which answer Binding requests, too
 * (RFC 8656 section 3). Each once.
 */
export function stunServersOf(servers: readonly { readonly uri: string }[]): StunServerName[] {
  const parsed = servers.flatMap(({ uri }) => parseIceUri(uri) ?? []).filter(({ transport }) => transport === 'udp');
  const inOrder = [...parsed.filter(({ kind }) => kind === 'stun'), ...parsed.filter(({ kind }) => kind === 'turn')];
  return [...new Map(inOrder.map(({ host, port }) => [`${host} ${port}`, { host, port }])).values()];
}
