import { describe, expect, it } from 'vitest';
import { NetworkMonitor, type NetworkNews } from '#electron/network/network-monitor.ts';
import type { LocalAddress } from '#shared/network/addresses.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const loopback: LocalAddress = { interfaceName: 'lo', address: '127.0.0.1', internal: true };
const office: LocalAddress = { interfaceName: 'eth0', address: '192.168.1.20', internal: false };
const home: LocalAddress = { interfaceName: 'wlan0', address: '10.0.0.7', internal: false };
const tunnel: LocalAddress = { interfaceName: 'tun0', address: '10.8.0.2', internal: false };
const linkLocal: LocalAddress = { interfaceName: 'eth0', address: 'fe80::1', internal: false };

function setUp(first: readonly LocalAddress[]) {
  const clock = new VirtualClock();
  const now = { addresses: first, busy: false, server: null as string | null, source: null as string | null, asked: 0 };
  const monitor = new NetworkMonitor({
    clock,
    addresses: () => now.addresses,
    busy: () => now.busy,
    server: () => now.server,
    sourceTowards: () => {
      now.asked += 1;
      return Promise.resolve(now.source);
    },
  });
  const told: NetworkNews[] = [];
  const online: boolean[] = [];
  monitor.onChanged((news) => {
    told.push(news);
    online.push(news.online);
  });
  monitor.start();
  return { clock, now, monitor, told, online };
}

describe('the network monitor', () => {
  it('says nothing while nothing changes, and nothing of loopback and link-local addresses', () => {
    const t = setUp([loopback, office]);
    t.clock.advance(5_000);
    t.now.addresses = [office, linkLocal, loopback];
    t.clock.advance(5_000);
    expect(t.told).toEqual([]);
  });

  it('tells of a change once it stands still, with all addresses', () => {
    const t = setUp([office, loopback]);
    t.now.addresses = [home, loopback];
    t.clock.advance(1_000);
    expect(t.told).toEqual([]);
    t.clock.advance(300);
    expect(t.told).toEqual([{ kind: 'network-changed', online: true, addresses: ['10.0.0.7', '127.0.0.1'] }]);
    t.clock.advance(10_000);
    expect(t.told).toHaveLength(1);
  });

  it('looks twice as often while somebody is on the telephone', () => {
    const t = setUp([office]);
    t.now.busy = true;
    t.clock.advance(1_000);
    t.now.addresses = [home];
    t.clock.advance(500 + 300);
    expect(t.online).toEqual([true]);
  });

  it('forgets a change that took itself back', () => {
    const t = setUp([office]);
    t.now.addresses = [office, home];
    t.clock.advance(1_000);
    t.now.addresses = [office];
    t.clock.advance(5_000);
    expect(t.told).toEqual([]);
  });

  it('tells at once that the network is gone, and that it is back when it stands', () => {
    const t = setUp([office]);
    t.now.addresses = [loopback];
    t.clock.advance(1_000);
    expect(t.online).toEqual([false]);
    t.now.addresses = [loopback, office];
    t.clock.advance(2_000);
    expect(t.online).toEqual([false, true]);
  });

  it('tells when the server is reached from another address although the list is the same', async () => {
    const t = setUp([office, tunnel]);
    t.now.server = '203.0.113.10';
    t.now.source = office.address;
    await t.clock.advanceAsync(5_000);
    expect(t.told).toEqual([]);
    t.now.source = tunnel.address;
    await t.clock.advanceAsync(2_000);
    expect(t.told).toMatchObject([{ kind: 'network-changed', online: true }]);
    t.now.source = null;
    await t.clock.advanceAsync(2_000);
    expect(t.told).toHaveLength(2);
  });

  it('takes another server for no change of network, and asks for none where none is known', async () => {
    const t = setUp([office]);
    await t.clock.advanceAsync(3_000);
    expect(t.now.asked).toBe(0);
    t.now.server = '203.0.113.10';
    t.now.source = office.address;
    await t.clock.advanceAsync(3_000);
    t.now.server = '127.0.0.1';
    t.now.source = loopback.address;
    await t.clock.advanceAsync(3_000);
    expect(t.told).toEqual([]);
  });

  it('finds out by itself that the computer has slept, and is not told twice', () => {
    const t = setUp([office]);
    t.clock.advance(10_000);
    t.clock.jumpWall(3_600_000);
    t.clock.advance(1_000);
    expect(t.told).toMatchObject([{ kind: 'resumed', online: true }]);
    t.clock.jumpWall(60_000);
    t.monitor.wokeUp();
    t.clock.advance(10_000);
    expect(t.told.map(({ kind }) => kind)).toEqual(['resumed', 'resumed']);
  });

  it('takes neither small steps of the wall clock nor steps back for a sleep', () => {
    const t = setUp([office]);
    for (const step of [2_900, -3_600_000, 500]) {
      t.clock.jumpWall(step);
      t.clock.advance(1_000);
    }
    expect(t.told).toEqual([]);
  });

  it('tells another network after a sleep once', () => {
    const t = setUp([office]);
    t.clock.jumpWall(3_600_000);
    t.now.addresses = [home];
    t.clock.advance(5_000);
    expect(t.told).toMatchObject([{ kind: 'resumed', addresses: ['10.0.0.7'] }]);
  });

  it('ends, also while it waits for an answer', async () => {
    const t = setUp([office]);
    t.now.server = '203.0.113.10';
    t.clock.advance(1_000);
    t.monitor.dispose();
    await t.clock.advanceAsync(0);
    expect(t.clock.pendingCount).toBe(0);
  });
});
