import { describe, expect, it } from 'vitest';
import { interfaceWith, type LocalAddress } from '#shared/network/addresses.ts';

const here: readonly LocalAddress[] = [
  { interfaceName: 'eth0', address: '192.168.1.20', internal: false },
  { interfaceName: 'wlan0', address: 'fe80::1', internal: false },
];

describe('the interface with an address', () => {
  it.each([
    ['192.168.1.20', 'eth0'],
    ['::ffff:192.168.1.20', 'eth0'],
    ['FE80::1%wlan0', 'wlan0'],
    ['192.168.1.2', undefined],
    ['', undefined],
  ])('of %j is %j', (address, name) => {
    expect(interfaceWith(address, here)).toBe(name);
  });
});
