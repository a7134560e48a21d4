import type { ErrorReport } from '../errors/app-error.ts';
import type { Server } from '../profiles/account.ts';
import { isPrivateAddress } from './addresses.ts';

/**
 * What shows that a network answers in the place of every server until its user has signed in, as hotels and trains do:
 *
 *   - `redirect`: plain HTTP to the server's own host leads to somebody else's.
 *   - `sign-in-required`: it is answered with 511 (RFC 6585 section 6).
 *   - `name-service`: a name that cannot exist (RFC 6761 section 6.4) and the server's have the same private address.
 *   - `same-certificate`, `same-page`: all addresses of the account answer with one stranger's certificate or with a web page.
 */
export type PortalEvidence = 'redirect' | 'sign-in-required' | 'name-service' | 'same-certificate' | 'same-page';

/** What the server's own host says over plain HTTP, and what the name service says. */
export interface PortalProbe {
  readonly host: string;
  /** The host's first address; null when its name is not known. */
  readonly address: string | null;
  /** Null when nothing answers there. */
  readonly http: { readonly status: number; readonly location: string | null } | null;
  /** Address that was given for a name that cannot exist; null, as it should be, when there is none. */
  readonly strayAddress: string | null;
}

/** One address of a round in which none could be reached. */
export interface RoundFailure {
  readonly server: Pick<Server, 'host' | 'transport'>;
  readonly error: ErrorReport;
}

const signInRequired = 511;

/** Reads one probe. What a server or a router in an office may do as well is no evidence. */
export function evidenceOf({ host, address, http, strayAddress }: PortalProbe): PortalEvidence | undefined {
  if (http?.status === signInRequired) return 'sign-in-required';
  if (http !== null && http.status >= 300 && http.status < 400 && http.location !== null) {
    if (isElsewhere(http.location, host, address)) return 'redirect';
  }
  const isMisled = strayAddress !== null && strayAddress === address && isPrivateAddress(strayAddress);
  return isMisled && !isAddress(host) ? 'name-service' : undefined;
}

/**
 * Whether a round failed because of a portal. A certificate that nobody vouches for is no evidence, though all addresses show it: a
 * telephone system's own looks like that. One that an authority gave to somebody else is, and so is one whose owner is not that of
 * the pinned.
 * @returns the error to report instead, or undefined
 */
export function portalOfRound(failures: readonly RoundFailure[]): ErrorReport | undefined {
  const known = failures.find(({ error }) => error.code === 'captive-portal');
  if (known !== undefined) return known.error;
  const evidence = redirectOf(failures) ?? (hasSameCertificate(failures) ? 'same-certificate' : undefined) ?? samePageOf(failures);
  const host = failures[0]?.server.host;
  return evidence === undefined || host === undefined ? undefined : { code: 'captive-portal', details: { host, evidence } };
}

/** Only without TLS can somebody else answer HTTP in the name of one server. */
function redirectOf(failures: readonly RoundFailure[]): PortalEvidence | undefined {
  for (const { server, error } of failures) {
    if (error.code !== 'not-a-sip-server' || server.transport !== 'ws') continue;
    if (error.details['httpStatus'] === signInRequired) return 'sign-in-required';
    const { location } = error.details;
    if (typeof location === 'string' && isElsewhere(location, server.host, null)) return 'redirect';
  }
  return undefined;
}

function hasSameCertificate(failures: readonly RoundFailure[]): boolean {
  const fingerprint = failures[0]?.error.details['fingerprint'];
  if (typeof fingerprint !== 'string' || !areDifferentHosts(failures)) return false;
  const isShownByAll = failures.every(({ error }) => error.code.startsWith('certificate-') && error.details['fingerprint'] === fingerprint);
  const isSomebodyElses = ({ error: { code, details } }: RoundFailure): boolean =>
    code === 'certificate-name-mismatch' ||
    (code === 'certificate-changed' && details['expectedSubject'] !== undefined && details['expectedSubject'] !== details['subject']);
  const isNamed = ({ server, error: { details } }: RoundFailure): boolean =>
    typeof details['subject'] === 'string' && areRelated(details['subject'].replace(/^\*\./, ''), server.host);
  return isShownByAll && failures.some(isSomebodyElses) && !failures.some(isNamed);
}

function samePageOf(failures: readonly RoundFailure[]): PortalEvidence | undefined {
  if (!areDifferentHosts(failures) || failures.some(({ error }) => error.code !== 'not-a-sip-server')) return undefined;
  const location = failures[0]?.error.details['location'];
  const isSameWay = ({ server, error }: RoundFailure): boolean =>
    typeof location === 'string' && error.details['location'] === location && isElsewhere(location, server.host, null);
  const isPage = ({ server, error: { details } }: RoundFailure): boolean =>
    server.transport === 'ws' && details['httpStatus'] === 200 && /^text\/html\b/i.test(String(details['contentType']));
  return failures.every(isSameWay) || failures.every(isPage) ? 'same-page' : undefined;
}

function areDifferentHosts(failures: readonly RoundFailure[]): boolean {
  return new Set(failures.map(({ server }) => server.host)).size > 1;
}

/**
 * Whether a redirect from `host` leads to somebody else. A device in the own network may call itself what it likes, and a public address
 * may have any name, so of addresses only a private one that is another says something.
 */
function isElsewhere(location: string, host: string, address: string | null): boolean {
  if (location === host || location === address) return false;
  if (isAddress(host)) return !isPrivateAddress(host) && isAddress(location) && isPrivateAddress(location);
  if (!host.includes('.')) return false;
  return isAddress(location) || !areRelated(location, host);
}

/** Whether two names may be of one owner: they share what stands at the end. */
function areRelated(one: string, other: string): boolean {
  if (isAddress(one) || isAddress(other)) return one === other;
  const end = (name: string): string => name.toLowerCase().replace(/\.$/, '').split('.').slice(-2).join('.');
  return end(one) === end(other);
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+(\.\d+){3}$/.test(host);
}
