import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaStats } from '#shared/media/media.ts';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { conversation } from '#test/support/calls/fake-media-port.ts';

const office = '192.168.1.20';
const home = '10.0.0.7';
const path = (localAddress: string) => ({ localAddress, remoteAddress: '192.168.1.2', interfaceName: 'eth0' });

/** What arrives and leaves by itself, as the test wants it. */
class Stream {
  perSecond = 50;
  sentPerSecond = 50;
  stats: Partial<MediaStats> = { localAddress: office };
  readonly readAtMs: number[] = [];
  #atMs = 0;
  #received = 0;
  #sent = 0;

  constructor(t: CallFixture) {
    t.media.stats = () => {
      const nowMs = t.clock.monotonicMs();
      this.readAtMs.push(nowMs);
      this.#received += Math.round(((nowMs - this.#atMs) * this.perSecond) / 1_000);
      this.#sent += Math.round(((nowMs - this.#atMs) * this.sentPerSecond) / 1_000);
      this.#atMs = nowMs;
      return Promise.resolve({ ...conversation, packetsReceived: this.#received, packetsSent: this.#sent, ...this.stats });
    };
  }
}

let t: CallFixture;
let stream: Stream;
let id: string;
beforeEach(async () => {
  t = new CallFixture();
  stream = new Stream(t);
  id = t.talk();
  t.media.peerState.fire({ peer: id, state: 'connected' });
  await t.clock.advanceAsync(5_000);
  t.forgetOrders();
});

/** Every order of a repair, and how long after the cut it came. */
async function repairsWithin(ms: number): Promise<string[]> {
  const from = t.clock.monotonicMs();
  const seen: string[] = [];
  for (let passed = 0; passed < ms; passed += 100) {
    t.forgetOrders();
    await t.clock.advanceAsync(100);
    const at = ((t.clock.monotonicMs() - from) / 1_000).toFixed(1);
    for (const [order, , strategy] of t.line.orders) if (order === 'repair') seen.push(`${at} ${String(strategy)}`);
    for (const [order] of t.media.orders) if (order === 'reopenAudio') seen.push(`${at} ${order}`);
  }
  return seen;
}

describe('a call that falls silent', () => {
  it('is repaired stage by stage, and left alone when the plan is at its end', async () => {
    stream.perSecond = 0;
    expect(await repairsWithin(25_000)).toEqual(['3.0 reopenAudio', '4.0 refresh', '8.0 restart-ice', '12.0 replace']);
    expect(t.view(id)).toMatchObject({ phase: 'connected', repairingSince: null });
    expect(t.view(id).repairs.map(({ step, because, outcome }) => [step, because, outcome])).toEqual([
      ['reopen-audio', 'fell-silent', 'no-sound'],
      ['refresh', 'fell-silent', 'no-sound'],
      ['restart-ice', 'fell-silent', 'no-sound'],
      ['replace', 'fell-silent', 'no-sound'],
    ]);
  });

  it('is repaired in full once in half a minute at most', async () => {
    stream.perSecond = 0;
    const seen = await repairsWithin(60_000);
    expect(seen.filter((order) => order.includes('reopenAudio'))).toEqual(['3.0 reopenAudio', '33.0 reopenAudio']);
  });

  it('is well again as soon as packets come, and says which step helped', async () => {
    stream.perSecond = 0;
    await repairsWithin(4_000);
    t.line.say({ call: id, type: 'repair-negotiated', strategy: 'refresh' });
    stream.perSecond = 50;
    await t.clock.advanceAsync(1_000);
    expect(t.view(id).repair).toBeNull();
    expect(t.view(id).repairs.map(({ outcome }) => outcome)).toEqual(['no-sound', 'helped']);
    expect(await repairsWithin(30_000)).toEqual([]);
  });

  it('has lost its path where that does not answer either', async () => {
    stream.perSecond = 0;
    stream.stats = { ...stream.stats, pathAnswers: false };
    expect((await repairsWithin(12_000)).slice(0, 3)).toEqual(['3.0 restart-ice', '7.0 restart-ice', '11.0 replace']);
  });

  it('is not repaired on hold', async () => {
    t.service.setHeld(id, true);
    t.agreeToHolds();
    stream.perSecond = 0;
    stream.sentPerSecond = 0;
    expect(await repairsWithin(60_000)).toEqual([]);
  });

  it('uses a relay at last where one is set up', async () => {
    t.setRules({ ice: { servers: [{ id: 'r', uri: 'turn:relay.test', username: 'u' }] } });
    stream.perSecond = 0;
    expect((await repairsWithin(25_000)).at(-1)).toBe('16.0 relay');
  });
});

it('opens the microphone anew when nothing leaves any more', async () => {
  stream.sentPerSecond = 0;
  expect(await repairsWithin(20_000)).toEqual(['3.0 reopenAudio']);
  expect(t.view(id).repairs).toMatchObject([{ step: 'reopen-audio', because: 'not-sending', outcome: 'no-sound' }]);
});

describe('readings', () => {
  it('are taken once a second, and four times while a repair is under way', async () => {
    const spacing = (): number[] => stream.readAtMs.slice(1).map((at, index) => at - (stream.readAtMs[index] ?? 0));
    expect(new Set(spacing())).toEqual(new Set([1_000]));
    stream.perSecond = 0;
    await t.clock.advanceAsync(4_000);
    stream.readAtMs.length = 0;
    await t.clock.advanceAsync(4_000);
    expect(new Set(spacing())).toEqual(new Set([250]));
  });

  it('do not pile up when the window answers late, and end with the call', async () => {
    let asked = 0;
    t.media.stats = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    await t.clock.advanceAsync(30_000);
    expect(asked).toBe(1);
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    await t.clock.advanceAsync(60_000);
    expect(t.clock.pendingCount).toBe(0);
  });
});

describe('a change of network', () => {
  beforeEach(() => {
    t.line.renewFlow(path(office));
    t.service.networkChanged([office, '127.0.0.1']);
    t.forgetOrders();
  });

  it('that takes the address away restarts ICE as soon as the new flow is there, and ends when packets come', async () => {
    stream.perSecond = 0;
    t.service.networkChanged([home, '127.0.0.1']);
    expect(t.line.orders).toEqual([]);
    expect(t.view(id).repair).toMatchObject({ step: null, attempt: 0, offline: true });
    await t.clock.advanceAsync(700);
    t.line.renewFlow(path(home));
    expect(t.line.orders).toEqual([['repair', id, 'restart-ice']]);
    t.line.say({ call: id, type: 'repair-negotiated', strategy: 'restart-ice' });
    t.media.peerState.fire({ peer: id, state: 'connected' });
    expect(t.view(id).repairingSince).not.toBeNull();
    stream.perSecond = 50;
    stream.stats = { localAddress: home };
    await t.clock.advanceAsync(1_000);
    expect(t.view(id)).toMatchObject({ repair: null, repairs: [{ step: 'restart-ice', because: 'network-changed', outcome: 'helped' }] });
  });

  it('restarts at once where the flow itself stands', () => {
    t.line.renewFlow(path(home));
    t.service.networkChanged([home]);
    expect(t.line.orders).toEqual([['repair', id, 'restart-ice']]);
  });

  it('that leaves the address alone does nothing but watch closely', async () => {
    t.service.networkChanged([office, home]);
    t.line.renewFlow(path(home));
    expect(t.line.orders).toEqual([]);
    expect(await repairsWithin(10_000)).toEqual([]);
    t.service.networkChanged([office]);
    t.line.renewFlow(path(office));
    stream.perSecond = 0;
    stream.stats = { ...stream.stats, pathAnswers: false };
    expect((await repairsWithin(2_000))[0]).toMatch(/^1\.\d restart-ice$/);
  });

  it('keeps a call on hold, and takes a check that is answered for proof', async () => {
    t.service.setHeld(id, true);
    t.agreeToHolds();
    stream.perSecond = 0;
    stream.sentPerSecond = 0;
    t.service.networkChanged([home]);
    t.line.renewFlow(path(home));
    expect(t.line.orders).toEqual([['repair', id, 'restart-ice']]);
    await t.clock.advanceAsync(500);
    t.line.say({ call: id, type: 'repair-negotiated', strategy: 'restart-ice' });
    await t.clock.advanceAsync(500);
    expect(t.view(id)).toMatchObject({ repair: null, hold: { local: true } });
  });

  it('that leaves no network uses nothing up for minutes, and hangs nobody up', async () => {
    stream.perSecond = 0;
    stream.stats = { ...stream.stats, connected: false, pathAnswers: false };
    t.service.networkChanged(['127.0.0.1']);
    t.line.setRegistration({ phase: 'waiting', server: 's', retryAt: 0, error: { code: 'network-unavailable', details: {} } });
    expect(await repairsWithin(300_000)).toEqual([]);
    expect(t.view(id)).toMatchObject({ phase: 'connected', repair: { offline: true, step: null, attempt: 0 } });
    t.service.networkChanged([home]);
    t.line.setRegistration({ ...t.line.registration, phase: 'connecting', server: 's', attempt: 1 });
    t.forgetOrders();
    t.line.registration = { phase: 'registered', server: 's', since: 0, expiresAt: 0, confirmedAt: 0, path: 'internet', others: [] };
    t.line.renewFlow(path(home));
    expect(t.line.orders).toEqual([['repair', id, 'restart-ice']]);
    expect(t.view(id).repair).toMatchObject({ attempt: 1, offline: false });
  });

  it('interrupts a step when the flow is lost under it', async () => {
    t.service.networkChanged([home]);
    t.line.renewFlow(path(home));
    t.line.setRegistration({ phase: 'connecting', server: 's', attempt: 1 });
    expect(t.view(id)).toMatchObject({ repair: { step: null, offline: true }, repairs: [{ outcome: 'interrupted' }] });
  });

  it('makes the answer of a ringing call anew, and leaves a call that rings elsewhere alone', () => {
    t.invite('in');
    const out = t.service.dial('202');
    t.line.say({ call: out, type: 'ringing' });
    t.forgetOrders();
    t.service.networkChanged([home]);
    expect(t.line.orders).toEqual([['sendRinging', 'in']]);
    expect(t.view(out).phase).toBe('ringing-out');
  });

  it('concerns no call of another line', () => {
    t.service.setLine(null);
    t.service.networkChanged([home]);
    expect([t.line.orders, t.view(id).repairingSince]).toEqual([[], null]);
  });

  it('tells where the server is, so that the way to it can be watched', () => {
    expect(t.service.serverAddress).toBe('192.168.1.2');
    t.service.setLine(null);
    expect(t.service.serverAddress).toBeNull();
  });
});
