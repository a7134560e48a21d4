import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '#shared/ipc/contract.ts';
import { mediaContract } from '#shared/ipc/media-contract.ts';
import { toastContract } from '#shared/ipc/toast-contract.ts';
import { signInSchema, uiContract } from '#shared/ipc/ui-contract.ts';

const contracts: readonly (readonly [string, Contract])[] = [
  ['ui', uiContract],
  ['toast', toastContract],
  ['media', mediaContract],
];
const requests = contracts.flatMap(([role, contract]) =>
  Object.entries(contract.requests).map(([name, spec]) => [`${role} ${name}`, spec] as const),
);

describe('every request of every contract', () => {
  it.each(requests)('%s takes or refuses anything without throwing, and what it takes it takes again', (_name, { params }) => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.json().map((text): unknown => JSON.parse(text)),
        ),
        (value) => {
          const first = params.safeParse(value);
          if (!first.success) return;
          expect(params.parse(first.data)).toEqual(first.data);
          expect(structuredClone(first.data)).toEqual(first.data);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(requests)('%s drops what nobody asked for', (_name, { params }) => {
    const smuggled = params.safeParse({ call: 'c', name: 'x', __proto__: { polluted: true }, constructor: 1, evil: true });
    if (smuggled.success) expect(smuggled.data).not.toHaveProperty('evil');
  });
});

describe('signing in', () => {
  const good = {
    user: ' 201 ',
    password: ' keep my spaces ',
    authUser: '',
    displayName: 'Mia',
    domain: '',
    servers: [{ host: 'pbx.test', port: 8802, transport: 'wss', path: '/', trust: { kind: 'system' } }],
    remember: true,
  };

  it('trims what a person types, but never the password', () => {
    expect(signInSchema.parse(good)).toMatchObject({ user: '201', password: ' keep my spaces ' });
  });

  it.each([
    ['no user', { user: '  ' }],
    ['no server', { servers: [] }],
    ['five servers', { servers: Array.from({ length: 5 }, () => good.servers[0]) }],
    ['a port out of range', { servers: [{ ...good.servers[0], port: 70_000 }] }],
    ['a path without a slash', { servers: [{ ...good.servers[0], path: 'ws' }] }],
    ['a fingerprint that is none', { servers: [{ ...good.servers[0], trust: { kind: 'pinned', fingerprint: 'AB' } }] }],
    ['trust in everything', { servers: [{ ...good.servers[0], trust: { kind: 'anything' } }] }],
    ['a password longer than any', { password: 'x'.repeat(2_000) }],
  ])('refuses %s', (_what, change) => {
    expect(signInSchema.safeParse({ ...good, ...change }).success).toBe(false);
  });
});
