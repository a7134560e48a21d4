import { describe, expect, it } from 'vitest';
import { type FollowedTests, type NatCandidate, newCandidate, planNat, roundTripOf, toldBy } from '#shared/network/nat/plan.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';

const server = (last: number): StunAddress => ({ family: 4, address: `203.0.113.${last}`, port: 3478 });
const second: StunAddress = { family: 4, address: '203.0.113.99', port: 3479 };
const waiting = (last: number): NatCandidate => newCandidate(server(last));
const tried = (last: number, triedAtMs: number): NatCandidate => ({ ...waiting(last), triedAtMs });
const failed = (last: number, triedAtMs: number): NatCandidate => ({ ...tried(last, triedAtMs), failed: true });
const answered = (last: number, triedAtMs: number, atMs: number, alternate: StunAddress | null = null): NatCandidate => ({
  ...tried(last, triedAtMs),
  answer: { atMs, alternate },
});
const name = newCandidate(null);

describe('whom a NAT check asks', () => {
  it.each([
    ['the first at once', [waiting(1), waiting(2)], 0, [0]],
    ['nobody else as long as the first may answer', [tried(1, 0), waiting(2)], 249, []],
    ['the next after a quarter of a second', [tried(1, 0), waiting(2), waiting(3)], 250, [1]],
    ['everybody after half a second', [tried(1, 0), tried(2, 250), waiting(3), waiting(4)], 500, [2, 3]],
    ['the next at once when one has failed', [failed(1, 0), waiting(2), waiting(3)], 3, [1]],
    ['everybody at once when one has answered and has one address', [answered(1, 0, 30), waiting(2), waiting(3)], 30, [1, 2]],
    ['nobody else when one has answered and has two', [answered(1, 0, 30, second), waiting(2)], 400, []],
    ['the next when a name takes long', [{ ...name, triedAtMs: 0 }, waiting(2)], 250, [1]],
  ] as const)('asks %s', (_, candidates, nowMs, tryNow) => {
    expect(planNat(candidates, null, nowMs).tryNow).toEqual(tryNow);
  });

  it('looks again when the next one is due, and when it is to give up', () => {
    expect(planNat([tried(1, 10), waiting(2)], null, 20).wakeAtMs).toBe(260);
    expect(planNat([tried(1, 0), tried(2, 250)], null, 300).wakeAtMs).toBe(950);
    expect(planNat([name], null, 0).wakeAtMs).toBe(2_000);
  });

  it('asks by TCP whether a server is there at all, when nobody has answered for a while', () => {
    expect(planNat([tried(1, 5)], null, 254).askByTcp).toBe(false);
    expect(planNat([tried(1, 5)], null, 255).askByTcp).toBe(true);
    expect(planNat([tried(1, 5), answered(2, 20, 30)], null, 255).askByTcp).toBe(false);
  });
});

describe('when a NAT check is done', () => {
  const followed: FollowedTests = { mappings: ['heard', 'heard'], hairpin: null };
  const told = (filtering: Partial<NatCandidate['filtering']>): NatCandidate => {
    const candidate = answered(1, 0, 40, second);
    return { ...candidate, filtering: { ...candidate.filtering, ...filtering } };
  };

  it('is done within a second when nobody answers', () => {
    expect(planNat([tried(1, 0), tried(2, 250)], null, 949).done).toBe(false);
    expect(planNat([tried(1, 0), tried(2, 250)], null, 950)).toMatchObject({ done: true, wakeAtMs: null });
    expect(planNat([failed(1, 0), failed(2, 3)], null, 5).done).toBe(true);
    expect(planNat([failed(1, 0), waiting(2)], null, 5).done).toBe(false);
  });

  it('gives names two seconds', () => {
    expect(planNat([tried(1, 0), { ...name, triedAtMs: 250 }], null, 1_500).done).toBe(false);
    expect(planNat([tried(1, 0), { ...name, triedAtMs: 250 }], null, 2_000).done).toBe(true);
  });

  it.each([
    ['strangers were heard', told({ fromOtherAddress: 'heard' }), followed, true],
    ['the server cannot do it', told({ fromOtherPort: 'refused' }), followed, true],
    ['only the other port was heard', told({ fromOtherPort: 'heard' }), followed, false],
    ['nothing was heard of the filtering', told({}), followed, false],
    ['one mapping is missing', told({ fromOtherAddress: 'heard' }), { ...followed, mappings: ['heard', 'nothing-yet'] as const }, false],
    ['a mapping cannot be had', told({ fromOtherAddress: 'heard' }), { ...followed, mappings: ['heard', 'refused'] as const }, true],
    ['the second address was not asked yet', told({ fromOtherAddress: 'heard' }), null, false],
    ['our own packet may still come', told({ fromOtherAddress: 'heard' }), { ...followed, hairpin: { sentAtMs: 40, heard: false } }, false],
    ['our own packet came', told({ fromOtherAddress: 'heard' }), { ...followed, hairpin: { sentAtMs: 40, heard: true } }, true],
  ] as const)('two round trips after its beginning, when %s', (_, candidate, tests, done) => {
    expect(planNat([candidate], tests, 80).done).toBe(done);
  });

  it('waits for our own packet one round trip and a little more', () => {
    const tests: FollowedTests = { ...followed, hairpin: { sentAtMs: 40, heard: false } };
    expect(planNat([told({ fromOtherAddress: 'heard' })], tests, 80).wakeAtMs).toBe(100);
    expect(planNat([told({ fromOtherAddress: 'heard' })], tests, 100).done).toBe(true);
  });

  it('waits for what a NAT filters 580 ms behind the first answer, longer on a slow line', () => {
    expect(planNat([told({})], followed, 619)).toMatchObject({ done: false, wakeAtMs: 620 });
    expect(planNat([told({})], followed, 620).done).toBe(true);
    expect(planNat([answered(1, 0, 700, second)], followed, 2_099).done).toBe(false);
    expect(planNat([answered(1, 0, 700, second)], followed, 2_100).done).toBe(true);
  });

  it('compares servers of one address each until all have said what they will', () => {
    expect(planNat([answered(1, 0, 30), tried(2, 30)], null, 60).done).toBe(false);
    expect(planNat([answered(1, 0, 30), answered(2, 30, 70)], null, 70).done).toBe(true);
    expect(planNat([answered(1, 0, 30), tried(2, 30)], null, 610).done).toBe(true);
  });
});

describe('who tells most of a NAT', () => {
  it('is the first with a second address, else the first that answered', () => {
    expect(toldBy([tried(1, 0), failed(2, 0)])).toBeNull();
    expect(toldBy([answered(1, 0, 50), answered(2, 0, 40)])).toBe(1);
    expect(toldBy([answered(1, 0, 50, second), answered(2, 0, 40)])).toBe(0);
    const inside: StunAddress = { family: 4, address: '10.0.0.1', port: 3478 };
    expect(toldBy([answered(1, 0, 30, inside), answered(2, 0, 60, second), answered(3, 0, 50, second)])).toBe(2);
    expect(planNat([answered(1, 0, 30, inside), answered(2, 0, 60, second)], null, 61).follow).toBe(1);
  });

  it('measures the round trip from the first transmission', () => {
    expect([roundTripOf(tried(1, 0)), roundTripOf(answered(1, 20, 50))]).toEqual([null, 30]);
  });
});
