import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface StunVector {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fingerprint: boolean;
  readonly integrity: 'sha1' | 'sha256';
  readonly credentials: { readonly username: string; readonly password: string; readonly realm: string } | { readonly password: string };
}

const shortTerm = { password: 'VOkJxbRl1RmTxUk/WvJxBt' };
const longTerm = { username: 'マトリックス', password: 'TheMatrIX', realm: 'example.org' };

/** The messages of RFC 5769, and the one of RFC 8489 appendix B.1 as erratum 6268 mends it. */
export const stunVectors: readonly StunVector[] = [
  ...(['req', 'respv4', 'respv6'] as const).map((name): StunVector => ({
    name,
    bytes: rfc5769(name),
    fingerprint: true,
    integrity: 'sha1',
    credentials: shortTerm,
  })),
  { name: 'reqltc', bytes: rfc5769('reqltc'), fingerprint: false, integrity: 'sha1', credentials: longTerm },
  {
    name: 'userhash',
    bytes: Uint8Array.from(
      Buffer.from(
        '000100902112a44278ad3433c6ad72c029da412e001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f17040015002' +
          '96f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473410000000014000b6578616d706c652e6f7267' +
          '00001d000400020000001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65',
        'hex',
      ),
    ),
    fingerprint: false,
    integrity: 'sha256',
    credentials: longTerm,
  },
];

/** One of them by name. */
export function stunVector(name: string): StunVector {
  const found = stunVectors.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`There is no STUN vector ${name}.`);
  return found;
}

function rfc5769(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/torture/rfc5769/${name}.bin`, import.meta.url))));
}
