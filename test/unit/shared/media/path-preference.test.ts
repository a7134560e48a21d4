import { expect, it } from 'vitest';
import { withCostAfter } from '#shared/media/path-preference.ts';

const sdp = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=candidate:1 1 udp 2130706431 192.0.2.1 10000 typ host',
  'a=candidate:2 1 udp 1 2001:db8::1 10000 typ srflx raddr :: rport 9 generation 0 network-cost 10 ufrag abcd',
  'a=end-of-candidates',
  '',
].join('\r\n');

it('gives every address of the far end one cost, and leaves the rest as it is', () => {
  expect(withCostAfter(sdp, 0).split('\r\n')).toEqual([
    'v=0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=candidate:1 1 udp 2130706431 192.0.2.1 10000 typ host network-cost 999',
    'a=candidate:2 1 udp 1 2001:db8::1 10000 typ srflx raddr :: rport 9 generation 0 ufrag abcd network-cost 999',
    'a=end-of-candidates',
    '',
  ]);
});

it('costs less with each restart, by more than networks differ, and begins anew before it would cost nothing', () => {
  const costAfter = (restarts: number): number => Number(/network-cost (\d+)/.exec(withCostAfter(sdp, restarts))?.[1]);
  for (let restarts = 1; restarts < 50; restarts++) expect(costAfter(restarts - 1) - costAfter(restarts)).toBeGreaterThan(10);
  expect([costAfter(49), costAfter(50), costAfter(51)]).toEqual([19, 999, 979]);
});

it('says nothing where there is no address', () => expect(withCostAfter('v=0\r\n', 3)).toBe('v=0\r\n'));
