import { describe, expect, it } from 'vitest';
import { NetworkMonitor } from '#electron/network/network-monitor.ts';
import type { LocalAddress } from '#shared/network/addresses.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const loopback: LocalAddress = { interfaceName: 'lo', address: '127.0.0.1', internal: true };
const office: LocalAddress = { interfaceName: 'eth0', address: '192.168.1.20', internal: false };
const home: LocalAddress = { interfaceName: 'wlan0', address: '10.0.0.7', internal: false };
const linkLocal: LocalAddress = { interfaceName: 'eth0', address: 'fe80::1', internal: false };

function setUp(first: readonly LocalAddress[]) {
  const clock = new VirtualClock();
  const now = { addresses: first };
  const monitor = new NetworkMonitor({ clock, addresses: () => now.addresses });
  const told: boolean[] = [];
  monitor.onChanged(({ online }) => told.push(online));
  monitor.start();
  return { clock, now, monitor, told };
}

describe('the network monitor', () => {
  it('says nothing while nothing changes, and nothing of loopback and link-local addresses', () => {
    const t = setUp([loopback, office]);
    t.clock.advance(5_000);
    t.now.addresses = [office, linkLocal, loopback];
    t.clock.advance(5_000);
    expect(t.told).toEqual([]);
  });

  it('tells of a change once it stands still', () => {
    const t = setUp([office]);
    t.now.addresses = [home];
    t.clock.advance(1_000);
    expect(t.told).toEqual([]);
    t.clock.advance(300);
    expect(t.told).toEqual([true]);
    t.clock.advance(10_000);
    expect(t.told).toEqual([true]);
  });

  it('forgets a change that took itself back', () => {
    const t = setUp([office]);
    t.now.addresses = [];
    t.clock.advance(1_000);
    t.now.addresses = [office];
    t.clock.advance(5_000);
    expect(t.told).toEqual([]);
  });

  it('tells that the network is gone, and that it is back', () => {
    const t = setUp([office]);
    t.now.addresses = [loopback];
    t.clock.advance(2_000);
    t.now.addresses = [loopback, office];
    t.clock.advance(2_000);
    expect(t.told).toEqual([false, true]);
  });

  it('ends', () => {
    const t = setUp([office]);
    t.monitor.dispose();
    expect(t.clock.pendingCount).toBe(0);
  });
});
