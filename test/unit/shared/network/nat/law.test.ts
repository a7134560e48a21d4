import { describe, expect, it } from 'vitest';
import { isSimple, judgeFiltering, judgeMapping, type MappingSeen, mayFollow, natTypeOf } from '#shared/network/nat/law.ts';
import { natTypes } from '#shared/network/nat/report.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';

const at = (text: string): StunAddress => {
  const [, address = '', port] = /^(.*):(\d+)$/.exec(text) ?? [];
  return { family: address.includes(':') ? 6 : 4, address, port: Number(port) };
};
const seen = (to: string, mapped: string, local = '192.168.1.5:4000'): MappingSeen => ({
  to: at(to),
  mapped: at(mapped),
  local: at(local),
});

describe('mapping of a NAT', () => {
  const home = '198.51.100.1:9000';
  it.each([
    ['none', [seen('203.0.113.1:3478', '192.168.1.5:4000'), seen('203.0.113.2:3478', '192.168.1.5:4000')]],
    ['none', [seen('203.0.113.1:3478', '192.168.1.5:4000')]],
    ['endpoint-independent', [seen('203.0.113.1:3478', home), seen('203.0.113.2:3478', home), seen('203.0.113.2:3479', home)]],
    [
      'address-dependent',
      [seen('203.0.113.1:3478', home), seen('203.0.113.2:3478', '198.51.100.1:9001'), seen('203.0.113.2:3479', '198.51.100.1:9001')],
    ],
    ['address-dependent', [seen('203.0.113.1:3478', home), seen('203.0.113.2:3478', '198.51.100.2:9000')]],
    [
      'address-and-port-dependent',
      [seen('203.0.113.1:3478', home), seen('203.0.113.2:3478', '198.51.100.1:9001'), seen('203.0.113.2:3479', '198.51.100.1:9002')],
    ],
    ['address-and-port-dependent', [seen('203.0.113.1:3478', home), seen('203.0.113.1:3479', '198.51.100.1:9001')]],
    ['unknown', [seen('203.0.113.1:3478', home), seen('203.0.113.1:3479', home)]],
    ['unknown', [seen('203.0.113.1:3478', home)]],
    ['unknown', []],
    // the second one took another way out of this computer
    ['unknown', [seen('203.0.113.1:3478', home), seen('10.8.0.1:3478', '10.8.0.2:4000', '10.8.0.2:4000')]],
  ] as const)('is %s', (mapping, observations) => {
    expect(judgeMapping(observations)).toBe(mapping);
  });
});

describe('type of a NAT', () => {
  it('judges filtering by who was let in', () => {
    const heard = [true, false].flatMap((fromOtherAddress) => [true, false].map((fromOtherPort) => ({ fromOtherAddress, fromOtherPort })));
    expect(heard.map(judgeFiltering)).toEqual([
      'endpoint-independent',
      'endpoint-independent',
      'address-dependent',
      'address-and-port-dependent',
    ]);
  });

  it.each([
    ['open', 'none', 'endpoint-independent'],
    ['firewall', 'none', 'address-dependent'],
    ['firewall', 'none', 'address-and-port-dependent'],
    ['firewall', 'none', 'unknown'],
    ['full-cone', 'endpoint-independent', 'endpoint-independent'],
    ['restricted', 'endpoint-independent', 'address-dependent'],
    ['port-restricted', 'endpoint-independent', 'address-and-port-dependent'],
    ['cone', 'endpoint-independent', 'unknown'],
    ['symmetric', 'address-dependent', 'endpoint-independent'],
    ['symmetric', 'address-and-port-dependent', 'unknown'],
    ['unknown', 'unknown', 'endpoint-independent'],
  ] as const)('is %s for a mapping %s and a filtering %s', (type, mapping, filtering) => {
    expect(natTypeOf({ mapping, filtering })).toBe(type);
  });

  it('is simple where calls work without a relay', () => {
    expect(natTypes.filter((type) => !isSimple(type))).toEqual(['symmetric', 'udp-blocked', 'unknown']);
  });
});

describe('second address of a server', () => {
  it.each([
    [true, '203.0.113.1:3478', '203.0.113.2:3479'],
    [true, '10.0.0.1:3478', '10.0.0.2:3478'],
    [true, '127.0.0.1:3478', '127.0.0.2:3479'],
    [true, '192.168.1.1:3478', '203.0.113.2:3478'],
    [true, '2001:db8::1:3478', '2001:db8::2:3478'],
    [false, '203.0.113.1:3478', '10.0.0.2:3478'],
    [false, '203.0.113.1:3478', '127.0.0.1:3478'],
    [false, '203.0.113.1:3478', '169.254.1.1:80'],
    [false, '203.0.113.1:3478', '100.64.0.1:3478'],
    [false, '2001:db8::1:3478', 'fd00::2:3478'],
    [false, '203.0.113.1:3478', '203.0.113.1:3479'],
    [false, '203.0.113.1:3478', '203.0.113.2:0'],
    [false, '203.0.113.1:3478', '0.0.0.0:3478'],
    [false, '203.0.113.1:3478', '224.0.0.1:3478'],
    [false, '203.0.113.1:3478', '255.255.255.255:3478'],
    [false, '2001:db8::1:3478', 'ff02::1:3478'],
    [false, '203.0.113.1:3478', '2001:db8::2:3478'],
  ])('may be written to: %s (%s names %s)', (may, server, alternate) => {
    expect(mayFollow(at(server), at(alternate))).toBe(may);
  });
});
