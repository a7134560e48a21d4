import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardCutMs, softCutMs } from '#shared/media/gathering.ts';
import { useMediaHost } from './fixture/host-suite.ts';
import type { HostedMedia } from './fixture/use-media.ts';

const first = { iceRestart: false, hold: false };
const rounds = 7;
/** Longer than the pool waits before it prepares the next connection, and than that takes to gather. */
const refillMs = 700;

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const report = (name: string, values: readonly number[]): void =>
  console.info(`${name}: median ${middle(values).toFixed(1)} ms, ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`);

/** Offers of `rounds` new peers in turn, each after `pauseMs`, by the host's clock. */
async function offerTimes(media: HostedMedia, pauseMs: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const { answer, ms } = await media.timed('createOffer', `offer-${round}`, first);
    expect(answer).toMatch(/^a=candidate:.* typ host/m);
    times.push(ms);
  }
  return times;
}

const media = useMediaHost();

describe('a description leaves', () => {
  it('sooner when a connection was kept ready, and before any cut when none was', { timeout: 60_000 }, async () => {
    const warm = await offerTimes(media(), refillMs);
    report('offer, warm', warm);
    // taken faster than the pool refills
    await media().timed('createOffer', 'drain', first);
    const cold = await offerTimes(media(), 0);
    report('offer, cold', cold);
    expect(middle(warm)).toBeLessThan(middle(cold));
    expect(middle(cold)).toBeLessThan(softCutMs);
  });

  it('before any cut as an answer, which is made while it rings', async () => {
    const { answer: offer } = await media().timed('createOffer', 'caller', first);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { answer, ms } = await media().timed('createAnswer', `answer-${round}`, offer, { hold: false });
      expect(answer).toMatch(/^a=candidate:.* typ host/m);
      times.push(ms);
    }
    report('answer', times);
    expect(middle(times)).toBeLessThan(softCutMs);
  });
});

describe('with a STUN server that never answers', () => {
  const held: { socket?: Socket } = {};

  beforeAll(async () => {
    held.socket = createSocket('udp4');
    held.socket.bind(0, '127.0.0.1');
    await once(held.socket, 'listening');
    await media().configure({ ice: { servers: [{ urls: `stun:127.0.0.1:${held.socket.address().port}` }], relayOnly: false } });
  });
  afterAll(async () => {
    await media().configure({});
    held.socket?.close();
  });

  it('leaves without waiting for it when a connection was kept ready', { timeout: 60_000 }, async () => {
    const times = await offerTimes(media(), refillMs);
    report('offer, warm, dead STUN', times);
    expect(middle(times)).toBeLessThan(softCutMs);
  });

  it('leaves at the soft cut when none was ready, also as an answer', async () => {
    const { answer: offer } = await media().timed('createOffer', 'drain', first);
    const times = await offerTimes(media(), 0);
    report('offer, cold, dead STUN', times);
    expect(Math.max(...times)).toBeLessThan(hardCutMs);
    const { ms } = await media().timed('createAnswer', 'callee', offer, { hold: false });
    expect(ms).toBeLessThan(hardCutMs);
  });

  it('holds without waiting for it again', async () => {
    await media().connect('a', 'b');
    const { ms } = await media().timed('createOffer', 'a', { iceRestart: false, hold: true });
    expect(ms).toBeLessThan(softCutMs);
  });
});
