import { decodeErrorCode, stunAttributes } from './attributes.ts';
import {
  decodePasswordAlgorithms,
  encodePasswordAlgorithms,
  type IntegrityKind,
  longTermKey,
  nonceFeatures,
  type Seal,
  type StunHashes,
} from './integrity.ts';
import { type StunMessage, type StunParts, valueOf } from './message.ts';
import { decodeUtf8, encodeUtf8 } from '../../sip/text-codec.ts';

/** A user of a TURN server. */
export interface TurnUser {
  readonly username: string;
  readonly password: string;
}

/** What a server has asked for (RFC 8489 section 9.2). */
export interface TurnChallenge {
  readonly realm: string;
  readonly nonce: Uint8Array;
  /** As the server wrote it; null when it said none, or its nonce does not confirm what it said. */
  readonly passwordAlgorithms: Uint8Array | null;
}

/** What an error response leads to. */
export type AfterRefusal =
  | { readonly kind: 'again'; readonly challenge: TurnChallenge }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string };

/** A server that is asked again and again with a stale nonce is not asked for ever. */
export const mostAttempts = 4;

const reasons: Readonly<Record<number, string>> = {
  300: 'Try Alternate',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  437: 'Allocation Mismatch',
  438: 'Stale Nonce',
  440: 'Address Family not Supported',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  443: 'Peer Address Family Mismatch',
  486: 'Allocation Quota Reached',
  500: 'Server Error',
  508: 'Insufficient Capacity',
};

/**
 * Reads an error response. The first 401 asks for credentials, another one says that they are wrong; 438 wants them with a newer nonce.
 * @param sent what the refused request was signed for; null: it was not
 */
export function afterRefusal(response: StunMessage, sent: TurnChallenge | null): AfterRefusal {
  const error = decodeErrorCode(valueOf(response, stunAttributes.errorCode) ?? new Uint8Array()) ?? { code: 500, reason: '' };
  const challenge = challengeOf(response);
  const mayTryAgain = (error.code === 401 && sent === null) || (error.code === 438 && sent !== null);
  if (mayTryAgain && challenge !== undefined) return { kind: 'again', challenge };
  return { kind: 'refused', status: error.code, reason: plainReason(error.reason) || (reasons[error.code] ?? String(error.code)) };
}

/** A request with the attributes that identify its user, and the seal that it needs. */
export function signed(
  parts: StunParts,
  user: TurnUser,
  challenge: TurnChallenge,
  hashes: StunHashes,
): { readonly parts: StunParts; readonly seal: Seal } {
  const { realm, nonce, passwordAlgorithms } = challenge;
  const algorithm = passwordAlgorithms === null ? 'md5' : (decodePasswordAlgorithms(passwordAlgorithms)[0] ?? 'md5');
  const chosen =
    passwordAlgorithms === null
      ? []
      : [
          { type: stunAttributes.passwordAlgorithms, value: passwordAlgorithms },
          { type: stunAttributes.passwordAlgorithm, value: encodePasswordAlgorithms([algorithm]) },
        ];
  const attributes = [
    ...parts.attributes,
    { type: stunAttributes.username, value: encodeUtf8(user.username) },
    { type: stunAttributes.realm, value: encodeUtf8(realm) },
    { type: stunAttributes.nonce, value: nonce },
    ...chosen,
  ];
  // RFC 8489 section 9.2.5: who was offered algorithms signs with SHA-256 alone
  const kind: IntegrityKind = passwordAlgorithms === null ? 'sha1' : 'sha256';
  const key = longTermKey({ ...user, realm }, algorithm, hashes);
  return { parts: { ...parts, attributes }, seal: { kind, key, fingerprint: true } };
}

function challengeOf(response: StunMessage): TurnChallenge | undefined {
  const realm = valueOf(response, stunAttributes.realm);
  const nonce = valueOf(response, stunAttributes.nonce);
  if (realm === undefined || nonce === undefined) return undefined;
  const offered = nonceFeatures(nonce).passwordAlgorithms ? valueOf(response, stunAttributes.passwordAlgorithms) : undefined;
  const isKnown = offered !== undefined && decodePasswordAlgorithms(offered).length > 0;
  return { realm: decodeUtf8(realm), nonce, passwordAlgorithms: isKnown ? offered : null };
}

/** What a stranger wrote, as one short line. */
function plainReason(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 128);
}
