import { z } from 'zod';
import { isPrivateAddress } from './addresses.ts';

/** How the line reaches its server: in the office network itself, through a tunnel into it, or over the public internet. */
export const pathKinds = ['office', 'vpn', 'internet'] as const;
export const pathKindSchema = z.enum(pathKinds);
export type PathKind = (typeof pathKinds)[number];

/** The two ends of a connection to the server, as the system sees them. */
export interface FlowPath {
  /** Source address of this computer; IPv6 without brackets. */
  readonly localAddress: string;
  /** The server's address, or that of the proxy where one stands between. */
  readonly remoteAddress: string;
  /** The interface that has `localAddress`; null when none does. */
  readonly interfaceName: string | null;
}

/** Names that systems give to tunnels: WireGuard, OpenVPN, IPsec, PPTP and L2TP, Tailscale, ZeroTier, vendors' clients. */
const tunnelName =
  /^(?:tun|tap|utun|wg|ppp|ipsec|xfrm|vpn|tailscale|zt|nordlynx|proton|cscotun|gpd|ztun)\d*|\b(?:vpn|wireguard|openvpn|anyconnect|globalprotect|forticlient|fortinet|tap-windows|wintun|zerotier|tailscale)\b/i;

/** Whether an interface of that name is a tunnel. */
export function isTunnel(interfaceName: string): boolean {
  return tunnelName.test(interfaceName);
}

/** What kind of path a connection takes. A public address is the internet even through a tunnel: nothing says where that one ends. */
export function pathKindOf({ remoteAddress, interfaceName }: Pick<FlowPath, 'remoteAddress' | 'interfaceName'>): PathKind {
  if (!isPrivateAddress(remoteAddress)) return 'internet';
  return interfaceName !== null && isTunnel(interfaceName) ? 'vpn' : 'office';
}
