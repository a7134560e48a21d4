import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

/** Discard (RFC 863): a port to name when nothing is sent. */
const anyPort = 9;

/**
 * The address of this computer from which it would reach another one now: that of a connected UDP socket, which sends nothing.
 * @param remote IPv4 or IPv6 address
 * @returns null when no route leads there
 */
export function sourceTowards(remote: string): Promise<string | null> {
  const family = isIP(remote.replace(/%.*$/, ''));
  if (family === 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const finish = (address: string | null): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => finish(null));
    // a callback of `connect` would be called for a missing route, too
    socket.once('connect', () => finish(socket.address().address));
    socket.connect(anyPort, remote);
  });
}
