import { describe, expect, it } from 'vitest';
import type { ErrorCode, ErrorDetails, ErrorReport } from '#shared/errors/app-error.ts';
import { evidenceOf, type PortalProbe, portalOfRound } from '#shared/network/captive-portal.ts';

function probe(wishes: Partial<PortalProbe>): PortalProbe {
  return { host: 'pbx.example.com', address: '198.51.100.7', http: null, strayAddress: null, ...wishes };
}

const redirectTo = (location: string | null) => ({ status: 302, location });

describe('one probe', () => {
  it.each<[string, Partial<PortalProbe>, string | undefined]>([
    ['nothing answers', {}, undefined],
    ['a page of its own', { http: { status: 200, location: null } }, undefined],
    ['511', { http: { status: 511, location: null } }, 'sign-in-required'],
    ['a redirect to a stranger', { http: redirectTo('login.hotel.example') }, 'redirect'],
    ['a redirect to a gateway', { http: redirectTo('192.168.0.1') }, 'redirect'],
    ['a redirect to itself', { http: redirectTo('pbx.example.com') }, undefined],
    ['a redirect to its own address', { http: redirectTo('198.51.100.7') }, undefined],
    ['a redirect within its owner', { http: redirectTo('www.example.com') }, undefined],
    ['a redirect without a host', { http: redirectTo(null) }, undefined],
    ['a device of the own network that has a name', { host: '192.168.1.10', http: redirectTo('fritz.box') }, undefined],
    ['a name of the own network', { host: 'pbx', http: redirectTo('pbx.corp.example') }, undefined],
    ['a public address that has a name', { host: '198.51.100.7', http: redirectTo('www.example.com') }, undefined],
    ['a public address that leads to a gateway', { host: '198.51.100.7', http: redirectTo('10.0.0.1') }, 'redirect'],
    ['a name like an address', { host: '198.51.100.7', http: redirectTo('10.example.com') }, undefined],
    ['every name the same', { address: '10.0.0.1', strayAddress: '10.0.0.1' }, 'name-service'],
    ['every unknown name another', { address: '192.168.1.10', strayAddress: '10.0.0.1' }, undefined],
    ["a provider's search page for unknown names", { address: '203.0.113.9', strayAddress: '203.0.113.9' }, undefined],
    ['a host that is an address', { host: '10.0.0.1', address: '10.0.0.1', strayAddress: '10.0.0.1' }, undefined],
  ])('%s', (_name, wishes, evidence) => {
    expect(evidenceOf(probe(wishes))).toBe(evidence);
  });
});

function failure(host: string, code: ErrorCode, details: ErrorDetails = {}, transport: 'ws' | 'wss' = 'wss'): ErrorReport {
  return { code, details: { host, transport, ...details } };
}

const foreign = { fingerprint: 'AA:BB', subject: 'portal.hotel.example' };
const page = { httpStatus: 200, contentType: 'text/html; charset=utf-8' };

describe('a round in which all addresses failed', () => {
  it.each<[string, ErrorReport[], string | undefined]>([
    ['nothing failed', [], undefined],
    ['nobody answered', [failure('10.1.1.1', 'connection-timed-out'), failure('pbx.example.com', 'connection-timed-out')], undefined],
    [
      "somebody else's certificate everywhere",
      [failure('10.1.1.1', 'certificate-name-mismatch', foreign), failure('pbx.example.com', 'certificate-name-mismatch', foreign)],
      'same-certificate',
    ],
    [
      'the same, but the names are of one owner',
      [
        failure('10.1.1.1', 'certificate-name-mismatch', { ...foreign, subject: '*.example.com' }),
        failure('pbx.example.com', 'certificate-name-mismatch', { ...foreign, subject: '*.example.com' }),
      ],
      undefined,
    ],
    [
      'different certificates',
      [
        failure('10.1.1.1', 'certificate-name-mismatch', foreign),
        failure('pbx.example.com', 'certificate-name-mismatch', { ...foreign, fingerprint: 'CC' }),
      ],
      undefined,
    ],
    ['one address only', [failure('pbx.example.com', 'certificate-name-mismatch', foreign)], undefined],
    [
      'one host on two ports',
      [failure('pbx.example.com', 'certificate-name-mismatch', foreign), failure('pbx.example.com', 'certificate-name-mismatch', foreign)],
      undefined,
    ],
    [
      "a telephone system's own certificate, seen for the first time",
      [failure('10.1.1.1', 'certificate-untrusted', foreign), failure('pbx.example.com', 'certificate-untrusted', foreign)],
      undefined,
    ],
    [
      'another owner than that of the pinned one',
      [
        failure('10.1.1.1', 'certificate-changed', { ...foreign, expectedSubject: 'asterisk' }),
        failure('pbx.example.com', 'certificate-changed', foreign),
      ],
      'same-certificate',
    ],
    [
      'the pinned one renewed',
      [
        failure('10.1.1.1', 'certificate-changed', { ...foreign, subject: 'asterisk', expectedSubject: 'asterisk' }),
        failure('pbx.example.com', 'certificate-changed', { ...foreign, subject: 'asterisk', expectedSubject: 'asterisk' }),
      ],
      undefined,
    ],
    [
      'one address out of reach',
      [failure('10.1.1.1', 'connection-refused'), failure('pbx.example.com', 'certificate-name-mismatch', foreign)],
      undefined,
    ],
    [
      'a redirect without TLS',
      [
        failure('10.1.1.1', 'connection-refused'),
        failure('pbx.example.com', 'not-a-sip-server', { httpStatus: 302, location: 'hotel.example' }, 'ws'),
      ],
      'redirect',
    ],
    ['511 without TLS', [failure('pbx.example.com', 'not-a-sip-server', { httpStatus: 511 }, 'ws')], 'sign-in-required'],
    [
      'a redirect by the server that proved to be it',
      [failure('pbx.example.com', 'not-a-sip-server', { httpStatus: 302, location: 'login.example.org' })],
      undefined,
    ],
    [
      'all led to one place',
      [
        failure('a.example.com', 'not-a-sip-server', { httpStatus: 302, location: 'gate.example.org' }),
        failure('b.example.com', 'not-a-sip-server', { httpStatus: 302, location: 'gate.example.org' }),
      ],
      'same-page',
    ],
    [
      'a page everywhere, without TLS',
      [failure('10.1.1.1', 'not-a-sip-server', page, 'ws'), failure('pbx.example.com', 'not-a-sip-server', page, 'ws')],
      'same-page',
    ],
    [
      'a page of servers that proved to be them: the path is wrong',
      [failure('10.1.1.1', 'not-a-sip-server', page), failure('pbx.example.com', 'not-a-sip-server', page)],
      undefined,
    ],
  ])('%s', (_name, failures, evidence) => {
    expect(portalOfRound(failures)?.details['evidence']).toBe(evidence);
  });

  it('keeps what one address has found out already', () => {
    const found = failure('pbx.example.com', 'captive-portal', { evidence: 'redirect' });
    expect(portalOfRound([failure('10.1.1.1', 'connection-timed-out'), found])).toBe(found);
  });
});
