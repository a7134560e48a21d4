import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IceFindings, iceVerdict } from '#shared/network/ice/law.ts';
import { candidateTypes, iceReasons } from '#shared/network/ice/report.ts';
import { natTypes } from '#shared/network/nat/report.ts';

const stun = { uri: 'stun:s.example', works: true };
const overUdp = { uri: 'turn:t.example', works: true };
const overTcp = { uri: 'turn:t.example?transport=tcp', works: true };
const overTls = { uri: 'turns:t.example', works: true };
const dead = <T extends { uri: string }>(server: T): { uri: string; works: boolean } => ({ ...server, works: false });
const [host, reflexive, relay] = [{ type: 'host' }, { type: 'srflx' }, { type: 'relay' }] as const;

/** A computer in an office: its own address, nothing else. */
const plain: IceFindings = { candidates: [host], loopBack: { connected: true }, servers: [], nat: null, relayOnly: false };
const apart = { connected: false };

describe('calls are', () => {
  it.each<[string, Partial<IceFindings>, string, string]>([
    ['available directly', {}, 'available', 'direct-only'],
    ['available directly behind a cone', { nat: { type: 'port-restricted' } }, 'available', 'direct-only'],
    ['available in both ways', { candidates: [host, relay], servers: [overUdp] }, 'available', 'direct-and-relay'],
    [
      'available, the relay having taken us in without carrying data',
      { candidates: [host, relay], servers: [dead(overUdp)] },
      'available',
      'direct-only',
    ],
    ['available, the relay not being one for the media engine', { servers: [overTls] }, 'available', 'direct-only'],
    ['available, dead servers saying nothing about UDP', { servers: [dead(stun), dead(overTcp)] }, 'available', 'direct-only'],
    ['available behind a NAT that nobody could tell', { servers: [stun], nat: { type: 'unknown' } }, 'available', 'direct-only'],
    [
      'available, whatever the NAT check heard, when UDP is answered now',
      { candidates: [host, reflexive], servers: [dead(stun)], nat: { type: 'udp-blocked' } },
      'available',
      'direct-only',
    ],
    [
      'through the relay alone, as was set',
      { relayOnly: true, candidates: [relay], servers: [overTls] },
      'relay-only',
      'relay-only-by-setting',
    ],
    [
      'through the relay alone, as was set and as the loop-back proved where the relay lets no other data near us',
      { relayOnly: true, candidates: [relay], servers: [dead(overTls)] },
      'relay-only',
      'relay-only-by-setting',
    ],
    [
      'through the relay alone, UDP being blocked',
      { candidates: [host, relay], servers: [dead(overUdp), overTcp], nat: { type: 'udp-blocked' } },
      'relay-only',
      'udp-blocked-relay-works',
    ],
    [
      'through the relay alone, UDP being blocked as the servers tell without a NAT check',
      { candidates: [host, relay], servers: [dead(stun), overTls] },
      'relay-only',
      'udp-blocked-relay-works',
    ],
    [
      'through the relay alone, the NAT being symmetric',
      { candidates: [host, relay], servers: [overUdp], nat: { type: 'symmetric' } },
      'relay-only',
      'symmetric-relay-works',
    ],
    ['not available, the NAT being symmetric', { servers: [stun], nat: { type: 'symmetric' } }, 'not-available', 'symmetric-without-relay'],
    [
      'not available, UDP being blocked and the relay out of reach',
      { servers: [dead(stun), dead(overTcp)], nat: { type: 'udp-blocked' } },
      'not-available',
      'udp-blocked-without-relay',
    ],
    [
      'not available, a relay being demanded and none being there',
      { relayOnly: true, candidates: [], servers: [dead(overUdp)] },
      'not-available',
      'relay-only-without-relay',
    ],
    [
      'not available, a relay being demanded that carries nothing',
      { relayOnly: true, candidates: [relay], servers: [dead(overUdp)], loopBack: apart },
      'not-available',
      'relay-only-without-relay',
    ],
    ['not available without a network', { candidates: [], loopBack: apart }, 'not-available', 'no-candidates'],
    ['not available when this computer does not reach itself', { loopBack: apart }, 'not-available', 'loop-back-failed'],
  ])('%s', (_what, found, status, reason) => {
    expect(iceVerdict({ ...plain, ...found })).toEqual({ status, reason });
  });
});

it('says each reason with one status, and never "available" without a way', () => {
  const server = fc.record({ uri: fc.constantFrom(stun.uri, overUdp.uri, overTcp.uri, overTls.uri), works: fc.boolean() });
  const findings = fc.record({
    candidates: fc.array(fc.record({ type: fc.constantFrom(...candidateTypes) }), { maxLength: 4 }),
    loopBack: fc.record({ connected: fc.boolean() }),
    servers: fc.array(server, { maxLength: 4 }),
    nat: fc.option(fc.record({ type: fc.constantFrom(...natTypes) })),
    relayOnly: fc.boolean(),
  });
  const statuses = new Map<string, string>();
  fc.assert(
    fc.property(findings, (found) => {
      const { status, reason } = iceVerdict(found);
      expect(statuses.get(reason) ?? status).toBe(status);
      statuses.set(reason, status);
      if (status !== 'not-available') expect(found.candidates).not.toEqual([]);
      if (status === 'relay-only') expect(found.candidates).toContainEqual({ type: 'relay' });
      if (found.relayOnly) expect(status).not.toBe('available');
    }),
    { numRuns: 2_000 },
  );
  expect([...statuses.keys()].sort()).toEqual([...iceReasons].sort());
});
