import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StunServer } from '#electron/office/stun-server.ts';
import { decodeXorAddress } from '#shared/network/stun/address.ts';
import { stunAttributes } from '#shared/network/stun/attributes.ts';
import { decodeStun, encodeStun, type StunMessage } from '#shared/network/stun/message.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('STUN server of the practice office', () => {
  let clock: VirtualClock;
  let server: StunServer;
  let socket: Socket;
  let port: number;
  beforeEach(async () => {
    clock = new VirtualClock();
    server = new StunServer({ port: 0, clock, logger: silentLogger });
    port = await server.start();
    socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  });
  afterEach(() => {
    socket.close();
    server.dispose();
  });

  const request = (id: number, attributes: readonly { type: number; value: Uint8Array }[] = []): Uint8Array =>
    encodeStun({ class: 'request', method: 1, transactionId: new Uint8Array(12).fill(id), attributes });
  const next = async (): Promise<StunMessage> => {
    const [bytes]: unknown[] = await once(socket, 'message');
    const message = bytes instanceof Uint8Array ? decodeStun(bytes) : undefined;
    if (message === undefined) throw new Error('no STUN message came');
    return message;
  };
  const ask = async (bytes: Uint8Array): Promise<StunMessage> => {
    const answer = next();
    socket.send(bytes, port, '127.0.0.1');
    return answer;
  };

  it('tells the address that a request came from', async () => {
    const { class: kind, transactionId, attributes } = await ask(request(1));
    const value = attributes.find(({ type }) => type === stunAttributes.xorMappedAddress)?.value ?? new Uint8Array();
    expect(kind).toBe('success');
    expect(transactionId).toEqual(new Uint8Array(12).fill(1));
    expect(decodeXorAddress(value, transactionId)).toEqual({ family: 4, address: '127.0.0.1', port: socket.address().port });
  });

  it('names what it does not understand', async () => {
    const { class: kind, attributes } = await ask(request(2, [{ type: 0x7777, value: new Uint8Array(4) }]));
    expect(kind).toBe('error');
    expect([...(attributes.find(({ type }) => type === stunAttributes.unknownAttributes)?.value ?? [])]).toEqual([0x77, 0x77]);
  });

  it('says nothing to anything else, and not more than 200 words a second', async () => {
    socket.send('hello', port, '127.0.0.1');
    socket.send(encodeStun({ class: 'indication', method: 1, transactionId: new Uint8Array(12), attributes: [] }), port, '127.0.0.1');
    socket.send(encodeStun({ class: 'request', method: 3, transactionId: new Uint8Array(12), attributes: [] }), port, '127.0.0.1');
    expect((await ask(request(3))).transactionId[0]).toBe(3);
    for (let count = 0; count < 199; count++) await ask(request(4));
    let answers = 0;
    socket.on('message', () => answers++);
    const judged = vi.spyOn(clock, 'monotonicMs');
    socket.send(request(5), port, '127.0.0.1');
    await vi.waitFor(() => expect(judged).toHaveBeenCalled());
    clock.advance(1000);
    expect((await ask(request(6))).transactionId[0]).toBe(6);
    expect(answers).toBe(1);
  });
});
