import { createHash, createHmac } from 'node:crypto';
import type { StunHashes } from '#shared/network/stun/integrity.ts';

/** Node's hash functions, as the codec takes them. */
export const stunHashes: StunHashes = {
  hmac: (algorithm, key, bytes) => createHmac(algorithm, key).update(bytes).digest(),
  digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest(),
};
