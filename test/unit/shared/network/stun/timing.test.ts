import { describe, expect, it } from 'vitest';
import { retransmissionTimes, rtoOf } from '#shared/network/stun/timing.ts';

describe('retransmission of STUN requests', () => {
  it('takes its timeout from the round trip, within bounds', () => {
    expect([null, 0, 20, 80, 200, 3_000].map(rtoOf)).toEqual([150, 100, 100, 160, 400, 500]);
  });

  it('doubles the wait, at most six times, and sends nothing at the deadline', () => {
    expect(retransmissionTimes(100, 1_000)).toEqual([100, 300, 700]);
    expect(retransmissionTimes(100, 700)).toEqual([100, 300]);
    expect(retransmissionTimes(500, 500)).toEqual([]);
    // RFC 8489 section 6.2.1: at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms
    expect(retransmissionTimes(500, 39_500)).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(retransmissionTimes(500, 1_000_000)).toHaveLength(6);
  });
});
