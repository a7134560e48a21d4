/** One line of the system's routing table. */
export interface Route {
  readonly interfaceName: string;
  readonly family: 4 | 6;
  /** IPv4 dotted; IPv6 as eight hexadecimal groups. */
  readonly destination: string;
  readonly prefixLength: number;
}

/** More lines than this are no table of a desk computer. */
const mostRoutes = 1_000;
const flagUp = 0x0001;
const flagReject = 0x0200;

/** Reads Linux's `/proc/net/route`: a heading, then addresses as hexadecimal numbers in the byte order of a PC. Other lines are left out. */
export function readRoutes4(text: string): Route[] {
  return linesOf(text)
    .slice(1)
    .flatMap((line): Route[] => {
      const [interfaceName = '', destination = '', , flags = '', , , , mask = ''] = line.split(/\s+/);
      if (interfaceName === '' || ![destination, mask].every((word) => /^[0-9A-F]{8}$/i.test(word)) || !isUsable(flags)) return [];
      const bits = [...bytesOf(mask).reverse()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      const prefixLength = bits.replace(/0+$/, '').length;
      return [{ interfaceName, family: 4, destination: bytesOf(destination).reverse().join('.'), prefixLength }];
    });
}

/** Reads Linux's `/proc/net/ipv6_route`: no heading, addresses in network order, lengths in hexadecimal. */
export function readRoutes6(text: string): Route[] {
  return linesOf(text).flatMap((line): Route[] => {
    const words = line.trim().split(/\s+/);
    const [destination = '', length = ''] = words;
    const [flags = '', interfaceName = ''] = words.slice(-2);
    if (!/^[0-9a-f]{32}$/i.test(destination) || !/^[0-9a-f]{2}$/i.test(length) || !isUsable(flags)) return [];
    const groups = destination.match(/.{4}/g) ?? [];
    return [{ interfaceName, family: 6, destination: groups.join(':'), prefixLength: Number.parseInt(length, 16) }];
  });
}

/** The route of everything that has no better one. Loopback is none: it stands in tables to say that there is no way. */
export function defaultRoute(routes: readonly Route[]): Route | undefined {
  return routes.find(({ prefixLength, interfaceName }) => prefixLength === 0 && interfaceName !== 'lo');
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, mostRoutes);
}

function bytesOf(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
}

function isUsable(flags: string): boolean {
  const bits = Number.parseInt(flags, 16);
  return (bits & flagUp) !== 0 && (bits & flagReject) === 0;
}
