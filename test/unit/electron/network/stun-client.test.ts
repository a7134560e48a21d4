import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StunClient } from '#electron/network/stun-client.ts';
import { mappedAddressOf } from '#shared/network/stun/mapped.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';
import { encodeChangeRequest, stunAttributes } from '#shared/network/stun/attributes.ts';
import { ScriptedStunServer, type ScriptedStunOptions } from '#test/support/network/scripted-stun-server.ts';
import { openSilentPort } from '#test/support/network/silent-port.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

describe('STUN client', () => {
  let clock: VirtualClock;
  const owned: { dispose(): void }[] = [];
  const random = new SeededRandom(3);
  beforeEach(() => {
    clock = new VirtualClock();
  });
  afterEach(() => {
    for (const each of owned.splice(0)) each.dispose();
  });

  const serve = async (options: Partial<ScriptedStunOptions> = {}): Promise<{ server: ScriptedStunServer; to: StunAddress }> => {
    const server = await new ScriptedStunServer({ address: '127.0.0.1', port: 0, manner: 'answers', ...options }).start();
    owned.push(server);
    return { server, to: { family: 4, address: '127.0.0.1', port: server.port } };
  };
  const open = async (peer?: StunAddress): Promise<StunClient> => {
    const client = await StunClient.open({ family: 4, clock, random, ...(peer === undefined ? {} : { peer }) });
    owned.push(client);
    return client;
  };
  const failure = { code: 'stun-unreachable' };

  it('learns the address that a server saw', async () => {
    const { to } = await serve();
    const client = await open();
    const { message, from } = await client.ask({ to, rtoMs: 100, deadlineMs: 1_000 });
    expect(from).toEqual(to);
    expect(mappedAddressOf(message)).toEqual({ family: 4, address: '127.0.0.1', port: client.local.port });
    expect(clock.pendingCount).toBe(0);
  });

  it('sends the same request again until the deadline, and then says that nothing came', async () => {
    const { server, to } = await serve({ manner: 'mute' });
    const client = await open();
    const outcome = expect(client.ask({ to, rtoMs: 100, deadlineMs: 1_000 })).rejects.toMatchObject({
      ...failure,
      details: { reason: 'silent' },
    });
    for (const count of [1, 2, 3, 4]) {
      await vi.waitFor(() => expect(server.requests).toHaveLength(count));
      clock.advance(count === 4 ? 300 : 100 * 2 ** (count - 1));
    }
    await outcome;
    expect(new Set(server.requests.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(clock.pendingCount).toBe(0);
  });

  it('takes an answer from elsewhere only where it asked for that', async () => {
    const { server, to } = await serve({ manner: 'discovers', other: { address: '127.0.0.1', port: 0 } });
    const attributes = [{ type: stunAttributes.changeRequest, value: encodeChangeRequest({ address: false, port: true }) }];
    const client = await open();
    const { from } = await client.ask({ to, attributes, rtoMs: 100, deadlineMs: 1_000, fromAnywhere: true });
    expect(from).toEqual({ family: 4, ...server.other });
    const refused = expect(client.ask({ to, attributes, rtoMs: 100, deadlineMs: 200 })).rejects.toMatchObject({
      details: { reason: 'silent' },
    });
    await client.ask({ to, rtoMs: 100, deadlineMs: 1_000 });
    clock.advance(200);
    await refused;
  });

  it('tells a refusal, and a port that nobody listens on, from silence', async () => {
    const { to } = await serve({ manner: 'refuses' });
    const client = await open();
    await expect(client.ask({ to, rtoMs: 100, deadlineMs: 1_000 })).rejects.toMatchObject({ ...failure, details: { reason: 'refused' } });
    const closed = { ...to, port: (await openAndClose()).port };
    const connected = await open(closed);
    expect(connected.local.address).toBe('127.0.0.1');
    await expect(connected.ask({ to: closed, rtoMs: 100, deadlineMs: 1_000 })).rejects.toMatchObject({
      details: { reason: 'unreachable' },
    });
  });

  it('hands on what answers none of its questions', async () => {
    const [one, two] = [await open(), await open()];
    const heard: string[] = [];
    one.onStray(({ message, from }) => heard.push(`${message.class} ${Buffer.from(message.transactionId).toString('hex')} ${from.port}`));
    const id = two.tell({ family: 4, address: '127.0.0.1', port: one.local.port });
    await vi.waitFor(() => expect(heard).toEqual([`request ${id} ${two.local.port}`]));
  });

  it('leaves nothing behind', async () => {
    const { to } = await serve({ manner: 'mute' });
    const client = await open();
    const outcome = expect(client.ask({ to, rtoMs: 100, deadlineMs: 1_000 })).rejects.toMatchObject(failure);
    client.dispose();
    client.dispose();
    await outcome;
    await expect(client.ask({ to, rtoMs: 100, deadlineMs: 1_000 })).rejects.toMatchObject(failure);
    expect(clock.pendingCount).toBe(0);
  });
});

/** A port that was free a moment ago. */
async function openAndClose(): Promise<{ readonly port: number }> {
  const socket = await openSilentPort();
  socket.close();
  return socket;
}
