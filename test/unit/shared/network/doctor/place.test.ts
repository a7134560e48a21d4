import { describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '#shared/network/doctor/evidence.ts';
import { isElsewhere, isOwnNetwork, outwardAddresses, tunnelsOf } from '#shared/network/doctor/place.ts';
import { defaultRoute, readRoutes4, readRoutes6 } from '#shared/network/doctor/routes.ts';

function at(interfaceName: string, address: string, prefixLength: number, internal = false): InterfaceAddress {
  return { interfaceName, address, prefixLength, internal };
}

const interfaces = [
  at('lo', '127.0.0.1', 8, true),
  at('eth0', '192.168.77.100', 22),
  at('eth0', 'fe80::1%eth0', 64),
  at('eth0', 'fd00:77::100', 64),
  at('wg0', '10.8.0.2', 32),
  at('wg0', 'fd00:8::2', 128),
];

describe('where this computer is', () => {
  it.each([
    ['192.168.79.255', true],
    ['192.168.80.0', false],
    ['127.3.2.1', true],
    ['10.8.0.2', true],
    ['10.8.0.3', false],
    ['fd00:77::1', true],
    ['fd00:77:0:1::1', false],
    ['pbx.example.org', false],
    ['::ffff:192.168.77.1', false],
  ])('%s in one of its own networks: %s', (address, own) => {
    expect(isOwnNetwork(address, interfaces)).toBe(own);
  });

  it('is elsewhere for private addresses of other networks only', () => {
    expect(['192.168.77.1', '192.168.1.30', '203.0.113.10', 'fd00:99::1'].map((address) => isElsewhere(address, interfaces))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('counts neither loopback nor link-local addresses, and each tunnel once', () => {
    expect(outwardAddresses(interfaces).map(({ address }) => address)).toEqual(['192.168.77.100', 'fd00:77::100', '10.8.0.2', 'fd00:8::2']);
    expect(tunnelsOf(interfaces)).toEqual(['wg0']);
  });
});

const table4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t014DA8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
wg0\t0000080A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t004CA8C0\t00000000\t0001\t0\t0\t100\t00FCFFFF\t0\t0\t0
eth1\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0
nonsense
`;
const table6 = `fd000077000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000077000000000000000000000001 00000400 00000003 00000000 00000003     eth0
short line
`;

describe('routing tables', () => {
  it('are read, family by family', () => {
    expect(readRoutes4(table4)).toEqual([
      { interfaceName: 'eth0', family: 4, destination: '0.0.0.0', prefixLength: 0 },
      { interfaceName: 'wg0', family: 4, destination: '10.8.0.0', prefixLength: 24 },
      { interfaceName: 'eth0', family: 4, destination: '192.168.76.0', prefixLength: 22 },
    ]);
    expect(readRoutes6(table6)).toEqual([
      { interfaceName: 'eth0', family: 6, destination: 'fd00:0077:0000:0000:0000:0000:0000:0000', prefixLength: 64 },
      { interfaceName: 'eth0', family: 6, destination: '0000:0000:0000:0000:0000:0000:0000:0000', prefixLength: 0 },
    ]);
  });

  it('have a default route, or none', () => {
    expect(defaultRoute(readRoutes4(table4))?.interfaceName).toBe('eth0');
    expect(defaultRoute(readRoutes4(table4).slice(1))).toBeUndefined();
    expect(defaultRoute([{ interfaceName: 'lo', family: 6, destination: '::', prefixLength: 0 }])).toBeUndefined();
  });

  it('may be anything at all', () => {
    for (const text of ['', '\n', 'x'.repeat(10_000), '\0']) expect([...readRoutes4(text), ...readRoutes6(text)]).toEqual([]);
  });
});
