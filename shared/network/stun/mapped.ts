import { decodeAddress, decodeXorAddress, type StunAddress } from './address.ts';
import { stunAttributes } from './attributes.ts';
import { type StunMessage, valueOf } from './message.ts';

/** The address that a server saw, out of its answer: XOR-MAPPED-ADDRESS, or what servers of RFC 3489 say instead. */
export function mappedAddressOf(message: StunMessage): StunAddress | undefined {
  const xored = valueOf(message, stunAttributes.xorMappedAddress);
  if (xored !== undefined) return decodeXorAddress(xored, message.transactionId);
  const bare = valueOf(message, stunAttributes.mappedAddress);
  return bare === undefined ? undefined : decodeAddress(bare);
}
