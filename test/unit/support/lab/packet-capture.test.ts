import { expect, it } from 'vitest';
import { readCapture } from '#test/support/lab/packet-capture.ts';

it('reads what tcpdump says of packets of both kinds, and passes over the rest', () => {
  const text = [
    'tcpdump: data link type LINUX_SLL2',
    '1795184796.209000 lan0  Out IP (tos 0xb8, ttl 64, id 4711, offset 0, flags [DF], proto UDP (17), length 210)',
    '    192.168.77.100.57105 > 192.168.78.2.11016: UDP, length 182',
    '1795184796.219000 pub0  In  IP6 (class 0xb8, flowlabel 0x12345, hlim 64, next-header UDP (17) payload length: 190) 2001:db8:113::10.11016 > 2001:db8:113::77.40591: [udp sum ok] UDP, length 182',
    '1795184796.220000 p3    P   IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 128)',
    '    203.0.113.77.1 > 203.0.113.10.3478: UDP, length 100',
  ].join('\n');
  expect(readCapture(text)).toEqual([
    {
      at: 1_795_184_796_209,
      interfaceName: 'lan0',
      direction: 'out',
      trafficClass: 0xb8,
      from: '192.168.77.100.57105',
      to: '192.168.78.2.11016',
      bytes: 182,
    },
    {
      at: 1_795_184_796_219,
      interfaceName: 'pub0',
      direction: 'in',
      trafficClass: 0xb8,
      from: '2001:db8:113::10.11016',
      to: '2001:db8:113::77.40591',
      bytes: 182,
    },
    {
      at: 1_795_184_796_220,
      interfaceName: 'p3',
      direction: 'other',
      trafficClass: 0,
      from: '203.0.113.77.1',
      to: '203.0.113.10.3478',
      bytes: 100,
    },
  ]);
});
