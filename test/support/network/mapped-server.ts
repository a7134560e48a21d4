import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeStun, encodeStun, stunMethods } from '#shared/network/stun/message.ts';
import { encodeXorAddress } from '#shared/network/stun/address.ts';
import { stunAttributes } from '#shared/network/stun/attributes.ts';

export interface MappedServer {
  readonly uri: string;
  close(): void;
}

/** A STUN server that sees everybody at one address, as behind a NAT: on loopback a true one would see their own. */
export async function startMappedServer(address: string): Promise<MappedServer> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { port, address: sender }) => {
    const request = decodeStun(bytes);
    const value = request === undefined ? undefined : encodeXorAddress({ family: 4, address, port }, request.transactionId);
    if (request?.method !== stunMethods.binding || value === undefined) return;
    const attributes = [{ type: stunAttributes.xorMappedAddress, value }];
    socket.send(encodeStun({ class: 'success', method: request.method, transactionId: request.transactionId, attributes }), port, sender);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { uri: `stun:127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}
