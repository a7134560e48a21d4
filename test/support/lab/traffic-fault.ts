/** Which packets between client and server are lost; nothing said: all of them, both ways. */
export interface Fault {
  /** One address of the server; all of them when absent. */
  readonly address?: string;
  readonly protocol?: 'tcp' | 'udp';
  /** Ports of the server. */
  readonly ports?: readonly number[];
  readonly direction?: 'both' | 'to-server' | 'to-client';
}

/**
 * Rules for nft that lose the packets where they arrive: a drop where they are sent would be an error to the sender, and no wire tells
 * one of what it loses.
 */
export function faultRules(table: string, fault: Fault): { readonly atServer: string; readonly atClient: string } {
  const direction = fault.direction ?? 'both';
  const rules = (rule: string): string =>
    `table inet ${table} {\n chain arriving {\n  type filter hook prerouting priority -310\n  ${rule}\n }\n}\n`;
  return {
    atServer: rules(direction === 'to-client' ? '' : matching(fault, 'daddr', 'dport')),
    atClient: rules(direction === 'to-server' ? '' : matching(fault, 'saddr', 'sport')),
  };
}

function matching({ address, protocol, ports }: Fault, end: 'daddr' | 'saddr', port: 'dport' | 'sport'): string {
  const conditions = [
    // what a place says to itself passes
    'iifname != "lo"',
    ...(address === undefined ? [] : [`${address.includes(':') ? 'ip6' : 'ip'} ${end} ${address}`]),
    ...(protocol === undefined ? [] : [`meta l4proto ${protocol}`]),
    ...(ports === undefined ? [] : [`th ${port} { ${ports.join(', ')} }`]),
  ];
  return `${conditions.join(' ')} drop`;
}
