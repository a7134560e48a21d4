import { describe, expect, it } from 'vitest';
import { type NatFindings, natReportOf } from '#shared/network/nat/findings.ts';
import { newCandidate } from '#shared/network/nat/plan.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';

const at = (address: string, port = 3478): StunAddress => ({ family: 4, address, port });
const [first, other, local, mapped] = [at('203.0.113.1'), at('203.0.113.2', 3479), at('192.168.1.5', 4000), at('198.51.100.1', 9000)];
const nothing: NatFindings = {
  family: 4,
  servers: [{ host: 'stun.example.org', port: 3478 }],
  candidates: [],
  mappings: [],
  followed: null,
  isThere: false,
};
const silent = { ...newCandidate(first), server: 0, triedAtMs: 0 };
const answered = { ...silent, answer: { atMs: 30, alternate: other } };
const found: NatFindings = {
  ...nothing,
  candidates: [answered],
  mappings: [
    { local, to: first, mapped },
    { local, to: other, mapped },
  ],
  followed: { mappings: ['heard', 'heard'], hairpin: { sentAtMs: 30, heard: true } },
};

describe('report of a NAT check', () => {
  it('says what a server with two addresses told', () => {
    expect(natReportOf(found)).toEqual({
      server: 'stun.example.org:3478',
      family: 4,
      type: 'port-restricted',
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
      filteringUnknownBecause: null,
      simple: true,
      local: { address: '192.168.1.5', port: 4000 },
      mapped: { address: '198.51.100.1', port: 9000 },
      hairpin: true,
      lifetimeSeconds: null,
      error: null,
    });
  });

  it('does not judge the filtering by a server that cannot answer from elsewhere', () => {
    const refused = { ...answered, filtering: { fromOtherAddress: 'refused', fromOtherPort: 'nothing-yet' } as const };
    const unknown = { type: 'cone', filtering: 'unknown', filteringUnknownBecause: 'one-address' };
    expect(natReportOf({ ...found, candidates: [refused] })).toMatchObject(unknown);
    const single = { ...answered, answer: { atMs: 30, alternate: null } };
    expect(natReportOf({ ...found, candidates: [single] })).toMatchObject(unknown);
  });

  it('says when a public server names a private address', () => {
    const inside = { ...answered, answer: { atMs: 30, alternate: at('10.0.0.2') } };
    expect(natReportOf({ ...found, candidates: [inside] })).toMatchObject({ filteringUnknownBecause: 'private-alternate', type: 'cone' });
  });

  it('takes silence for a blocked UDP where the server is there, and else says that it may be the server', () => {
    const quiet = { ...nothing, candidates: [silent] };
    expect(natReportOf({ ...quiet, isThere: true })).toMatchObject({ type: 'udp-blocked', simple: false, error: null, local: null });
    const details = { server: 'stun.example.org:3478' };
    expect(natReportOf(quiet)).toMatchObject({ type: 'udp-blocked', error: { code: 'stun-unreachable', details } });
    // a refusal or an ICMP message came back, so UDP is not blocked, though another server is silent
    const mixed = { ...nothing, candidates: [{ ...silent, failed: true }, silent] };
    expect(natReportOf(mixed)).toMatchObject({ type: 'unknown', error: { code: 'stun-unreachable' } });
    expect(natReportOf({ ...mixed, isThere: true })).toMatchObject({ type: 'udp-blocked', error: null });
    const closed = { ...nothing, candidates: [{ ...silent, failed: true }] };
    expect(natReportOf(closed)).toMatchObject({ type: 'unknown', simple: false, error: { code: 'stun-unreachable', details } });
  });

  it('says what is missing', () => {
    expect(natReportOf({ ...nothing, servers: [] })).toMatchObject({ server: '', type: 'unknown', error: { code: 'no-stun-server' } });
    const nameless = { ...nothing, candidates: [{ ...newCandidate(null), server: 0, failed: true }] };
    expect(natReportOf(nameless)).toMatchObject({ error: { code: 'host-not-found', details: { host: 'stun.example.org' } } });
  });
});
