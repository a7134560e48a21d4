import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { iceServerProofSchema } from '#shared/network/ice/report.ts';
import { labCoturn, type NatType, type NetworkLab, startNetworkLab } from '../support/lab/network-lab.ts';

/** The proofs of the servers, in a network of their own behind each kind of NAT that the lab can be. */
const child = fileURLToPath(new URL('../support/network/ice-proof-child.ts', import.meta.url));
const proofsSchema = z.array(z.object({ proof: iceServerProofSchema, tookMs: z.number() }));
const { host, username, password } = labCoturn;
const uris = { stun: `stun:${host}`, udp: `turn:${host}`, tcp: `turn:${host}?transport=tcp`, tls: `turns:${host}` } as const;
type Way = keyof typeof uris;

const timeoutMs = 2_500;
/** Where UDP is blocked a socket of our own is waited for in vain, for this long, before a second place at the relay takes its part. */
const ownSocketPatienceMs = 700;

const open: readonly Way[] = ['stun', 'udp', 'tcp', 'tls'];
const passing: Readonly<Record<NatType, readonly Way[]>> = {
  none: open,
  'full-cone': open,
  restricted: open,
  'port-restricted': open,
  symmetric: open,
  'sip-alg': open,
  'udp-blocked': ['tcp', 'tls'],
  'tls-only': ['tls'],
};
const withoutUdp: readonly NatType[] = ['udp-blocked', 'tls-only'];

let held: NetworkLab | undefined;
beforeAll(async () => {
  held = await startNetworkLab({ servers: true });
});
afterAll(async () => {
  await held?.dispose();
});

describe('the proof of a server', () => {
  it.each(Object.keys(passing) as NatType[])('finds what passes behind a NAT that is %s', async (nat) => {
    if (held === undefined) throw new Error('The lab is there only inside tests.');
    await held.switchNat(nat);
    const order = { uris: Object.values(uris), username, password, caFile: held.caFile, timeoutMs };
    const proofs = proofsSchema.parse(JSON.parse(await held.exec('client', [process.execPath, child, JSON.stringify(order)])));
    expect(proofs.filter(({ proof }) => proof.works).map(({ proof }) => proof.uri)).toEqual(passing[nat].map((way) => uris[way]));
    for (const { proof, tookMs } of proofs) {
      const isRelay = proof.uri.startsWith('turn');
      if (!proof.works) expect(proof.error?.code).toBe(isRelay ? 'relay-unreachable' : 'stun-unreachable');
      else if (isRelay) expect(proof.address).toBe(host);
      if (proof.works && withoutUdp.includes(nat)) expect(tookMs).toBeGreaterThan(ownSocketPatienceMs);
    }
  });
});
