import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Peer } from '#renderer/media/peer.ts';
import { WarmPool } from '#renderer/media/warm-pool.ts';

class FakePeer {
  disposed = false;
  readonly outcome: Promise<void>;

  constructor(outcome: Promise<void>) {
    this.outcome = outcome;
  }

  prepare(): Promise<void> {
    return this.outcome;
  }

  dispose(): void {
    this.disposed = true;
  }
}

function pool(outcome = (): Promise<void> => Promise.resolve()) {
  const peers: FakePeer[] = [];
  const warm = new WarmPool(() => {
    const peer = new FakePeer(outcome());
    peers.push(peer);
    return peer as unknown as Peer;
  });
  return { warm, alive: () => peers.filter(({ disposed }) => !disposed).length, made: () => peers.length };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps one ready, hands it out once, and refills a little later', async () => {
  const { warm, made } = pool();
  expect(warm.take()).toBeUndefined();
  warm.renew();
  expect(warm.take()).toBeDefined();
  expect(warm.take()).toBeUndefined();
  expect(made()).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([made(), warm.count]).toEqual([2, 1]);
});

it('replaces the one that was prepared under other circumstances', () => {
  const { warm, alive, made } = pool();
  warm.renew();
  warm.renew();
  expect([alive(), made()]).toEqual([1, 2]);
});

it('drops one that could not be prepared', async () => {
  const { warm, alive } = pool(() => Promise.reject(new Error('no')));
  warm.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect([alive(), warm.count]).toEqual([0, 0]);
});

it('leaves nothing behind', async () => {
  const { warm, alive } = pool();
  warm.renew();
  warm.take()?.dispose();
  warm.dispose();
  warm.renew();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(alive()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
