import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface SlowPath {
  /** At the loopback address. */
  readonly port: number;
  close(): void;
}

/** UDP to a server on a way that takes `delayMs` there, and nothing back. */
export async function openSlowPath(server: { readonly host: string; readonly port: number }, delayMs: number): Promise<SlowPath> {
  const front = createSocket('udp4');
  const backs = new Map<string, Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const backOf = (address: string, port: number): Socket => {
    const known = backs.get(`${address} ${port}`);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    back.on('message', (bytes) => front.send(bytes, port, address));
    backs.set(`${address} ${port}`, back);
    return back;
  };
  front.on('message', (bytes, { address, port }) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      backOf(address, port).send(bytes, server.port, server.host);
    }, delayMs);
    timers.add(timer);
  });
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: front.address().port,
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of [front, ...backs.values()]) socket.close();
    },
  };
}
