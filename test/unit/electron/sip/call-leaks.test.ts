import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  // the timers of sip.js's transactions; promises and setImmediate stay real
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  peer = new ScriptedPeer();
});
afterEach(() => {
  peer.calls.dispose();
  peer.core.dispose();
  vi.useRealTimers();
});

/** Every way in which a call can pass, several times over. */
const ways: ((id: string) => Promise<void>)[] = [
  // answered, held, ended here
  async (id) => {
    await peer.establish(id);
    peer.calls.get(id)?.setHold(true);
    peer.respond(await peer.take('INVITE'), 200, { sdp: fakeSdp('far', 'recvonly') });
    await peer.take('ACK');
    await peer.settle();
    peer.calls.get(id)?.hangUp();
    peer.respond(await peer.take('BYE'), 200);
  },
  // answered, ended there
  async (id) => {
    const { far } = await peer.establish(id);
    far.send('BYE');
    await peer.take('200');
  },
  // refused
  async (id) => {
    peer.dial(id, '202');
    peer.respond(await peer.take('INVITE'), 486);
    await peer.take('ACK');
  },
  // given up, nobody ever answers
  async (id) => {
    peer.dial(id, '202');
    peer.respond(await peer.take('INVITE'), 180);
    peer.calls.get(id)?.hangUp();
    await peer.take('CANCEL');
    await peer.clock.advanceAsync(32_000);
  },
  // came in, answered, replaced by the far end, ended there
  async () => {
    const { far } = await peer.answer();
    const next = peer.invite({ headers: [far.replaces] });
    next.learn(await peer.take('200'));
    peer.respond(await peer.take('BYE'), 200);
    next.send('ACK');
    await peer.settle();
    next.send('BYE');
    await peer.take('200');
  },
  // came in, rang, given up there
  async () => {
    const far = peer.invite();
    await peer.take('100');
    peer.calls.get(peer.events.at(-1)?.call ?? '')?.ring();
    await peer.take('180');
    far.send('CANCEL');
    await peer.take('200');
    far.acknowledgeRefusal(await peer.take('487'));
  },
  // repaired by a new dialog, lost with the old one
  async (id) => {
    const { far } = await peer.establish(id);
    peer.calls.get(id)?.repair('replace');
    const next = await peer.take('INVITE');
    far.send('BYE');
    await peer.take('200');
    peer.respond(next, 481);
    await peer.take('ACK');
  },
  // a re-INVITE lost with its flow, and the dialog too
  async (id) => {
    await peer.establish(id);
    peer.calls.get(id)?.setHold(true);
    await peer.take('INVITE');
    peer.loseFlow();
    peer.bringFlow();
    peer.respond(await peer.take('INVITE'), 481);
    await peer.take('ACK');
  },
];

it('a hundred and more calls leave no timer, listener, transaction, dialog or peer connection behind', async () => {
  for (let round = 0; round < 104; round++) {
    await ways[round % ways.length]?.(`c${round}`);
    await peer.settle();
    expect(peer.calls.size).toBe(0);
    expect([...peer.media.open]).toEqual([]);
    expect(peer.clock.pendingCount).toBe(0);
  }
  // the longest that RFC 3261 lets a transaction live after its end
  vi.advanceTimersByTime(40_000);
  expect(vi.getTimerCount()).toBe(0);
  const { dialogs, userAgentClients, userAgentServers } = peer.core;
  expect([dialogs.size, userAgentClients.size, userAgentServers.size]).toEqual([0, 0, 0]);
  const terminal = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);
  for (const call of new Set(peer.events.map((event) => event.call))) {
    const types = peer.types(call);
    expect(types.filter((type) => terminal.has(type))).toHaveLength(1);
    expect(terminal.has(types.at(-1) ?? '')).toBe(true);
  }
});
