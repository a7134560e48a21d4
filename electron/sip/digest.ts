import { createHash } from 'node:crypto';
import { type AuthValue, parseChallenges } from '#shared/sip/parse-auth-header.ts';

/** Digest algorithms of RFC 8760 section 2.4 and RFC 3261 section 22.4. */
export type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess';

export type QualityOfProtection = 'auth' | 'auth-int' | undefined;

/** One challenge that we can meet. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly stale: boolean;
  readonly algorithm: DigestAlgorithm;
  /** Whether the challenge named its algorithm: one that did not gets none in the answer. */
  readonly algorithmNamed: boolean;
  /** Undefined for a server from before RFC 2617. */
  readonly qop: QualityOfProtection;
}

export interface DigestRequest {
  readonly method: string;
  /** Request-URI as it stands on the wire. */
  readonly uri: string;
  readonly body: string;
}

export interface DigestIdentity {
  readonly user: string;
  readonly password: string;
}

const hashNames = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const;
const algorithms: readonly DigestAlgorithm[] = ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess'];

/** MD5 is 0, everything of the SHA-2 family 1: what a server may not fall back from. */
export function strengthOf(algorithm: DigestAlgorithm): number {
  return algorithm.startsWith('MD5') ? 0 : 1;
}

/** The challenges in `WWW-Authenticate` or `Proxy-Authenticate` headers that we can meet, in the server's order of preference. */
export function readChallenges(values: readonly string[]): DigestChallenge[] {
  return parseChallenges(values)
    .map(digestChallenge)
    .filter((challenge) => challenge !== undefined);
}

function digestChallenge({ scheme, parameters }: AuthValue): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const named = parameters.get('algorithm');
  const algorithm = named === undefined ? 'MD5' : algorithms.find((known) => known.toLowerCase() === named.toLowerCase());
  const qop = chooseQop(parameters.get('qop'));
  if (scheme.toLowerCase() !== 'digest' || realm === undefined || nonce === undefined) return undefined;
  if (algorithm === undefined || qop === 'unknown') return undefined;
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    stale: parameters.get('stale')?.toLowerCase() === 'true',
    algorithm,
    algorithmNamed: named !== undefined,
    qop,
  };
}

function chooseQop(offered: string | undefined): QualityOfProtection | 'unknown' {
  if (offered === undefined) return undefined;
  const options = offered
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  if (options.includes('auth')) return 'auth';
  if (options.includes('auth-int')) return 'auth-int';
  return options.every((option) => option === '') ? undefined : 'unknown';
}

/**
 * The value of an `Authorization` or `Proxy-Authorization` header (RFC 7616 section 3.4, RFC 3261 section 22.4).
 * @param nonceCount how often this nonce was used, this time included
 */
export function authorizationFor(
  challenge: DigestChallenge,
  identity: DigestIdentity,
  request: DigestRequest,
  nonceCount: number,
  cnonce: string,
): string {
  const count = nonceCount.toString(16).padStart(8, '0');
  const response = responseOf(challenge, identity, request, count, cnonce);
  const parts = [
    `username=${quoted(identity.user)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
  ];
  if (challenge.algorithmNamed) parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.qop !== undefined) parts.push(`qop=${challenge.qop}`, `nc=${count}`);
  if (challenge.qop !== undefined || isSession(challenge)) parts.push(`cnonce="${cnonce}"`);
  if (challenge.opaque !== undefined) parts.push(`opaque=${quoted(challenge.opaque)}`);
  return `Digest ${parts.join(', ')}`;
}

function responseOf(challenge: DigestChallenge, identity: DigestIdentity, request: DigestRequest, count: string, cnonce: string): string {
  const hash = hasher(challenge.algorithm);
  const secret = hash(`${identity.user}:${challenge.realm}:${identity.password}`);
  const a1 = isSession(challenge) ? hash(`${secret}:${challenge.nonce}:${cnonce}`) : secret;
  const a2 = hash(
    challenge.qop === 'auth-int' ? `${request.method}:${request.uri}:${hash(request.body)}` : `${request.method}:${request.uri}`,
  );
  if (challenge.qop === undefined) return hash(`${a1}:${challenge.nonce}:${a2}`);
  return hash(`${a1}:${challenge.nonce}:${count}:${cnonce}:${challenge.qop}:${a2}`);
}

function isSession(challenge: DigestChallenge): boolean {
  return challenge.algorithm.endsWith('-sess');
}

function hasher(algorithm: DigestAlgorithm): (text: string) => string {
  const family = algorithm.endsWith('-sess') ? algorithm.slice(0, -'-sess'.length) : algorithm;
  const name = family === 'SHA-256' || family === 'SHA-512-256' ? hashNames[family] : hashNames.MD5;
  return (text) => createHash(name).update(text, 'utf8').digest('hex');
}

function quoted(text: string): string {
  return `"${text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
