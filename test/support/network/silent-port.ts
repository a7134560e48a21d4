import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP port at the loopback address that takes everything and never answers. */
export interface SilentPort {
  readonly port: number;
  close(): void;
}

export async function openSilentPort(): Promise<SilentPort> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}
