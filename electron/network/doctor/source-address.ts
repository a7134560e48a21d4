import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TcpAttempt } from '#shared/network/doctor-evidence.ts';

/** Any port does: a connected UDP socket sends nothing. */
const discardPort = 9;

/** Our address that the system would send from to `address`, and the interface that has it; null when no way leads there. */
export function sourceToward(address: string): Promise<TcpAttempt['source']> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (source: TcpAttempt['source']): void => {
      socket.close();
      resolve(source);
    };
    socket.once('error', () => end(null));
    socket.once('connect', () => {
      const { address: own } = socket.address();
      end({ address: own, interfaceName: interfaceOf(own) });
    });
    socket.connect(discardPort, address);
  });
}

function interfaceOf(own: string): string | null {
  const plain = own.replace(/%.*$/, '');
  const all = Object.entries(networkInterfaces());
  // all of 127.0.0.0/8 is loopback's, whatever address it lists
  const isHers = ({ address, internal }: { address: string; internal: boolean }): boolean =>
    address === plain || (internal && plain.startsWith('127.') && address.startsWith('127.'));
  return all.find(([, list = []]) => list.some(isHers))?.[0] ?? null;
}
