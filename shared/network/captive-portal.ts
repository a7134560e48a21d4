import type { ErrorReport } from '../errors/app-error.ts';
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
 * @param errors one for each address of the account, as the transports report them: `host`, and for a certificate or HTTP what it was
 * @returns the error to report instead, or undefined
 */
export function portalOfRound(errors: readonly ErrorReport[]): ErrorReport | undefined {
  const known = errors.find(({ code }) => code === 'captive-portal');
  if (known !== undefined) return known;
  const evidence = redirectOf(errors) ?? (haveSameCertificate(errors) ? 'same-certificate' : undefined) ?? samePageOf(errors);
  const [host] = errors.map(hostOf);
  return evidence === undefined || host === undefined ? undefined : { code: 'captive-portal', details: { host, evidence } };
}

/** Only without TLS can somebody else answer HTTP in the name of one server. */
function redirectOf(errors: readonly ErrorReport[]): PortalEvidence | undefined {
  for (const error of errors) {
    if (error.code !== 'not-a-sip-server' || !isPlain(error)) continue;
    if (error.details['httpStatus'] === signInRequired) return 'sign-in-required';
    const { location } = error.details;
    if (typeof location === 'string' && isElsewhere(location, hostOf(error), null)) return 'redirect';
  }
  return undefined;
}

function haveSameCertificate(errors: readonly ErrorReport[]): boolean {
  const fingerprint = errors[0]?.details['fingerprint'];
  if (typeof fingerprint !== 'string' || !areOfDifferentHosts(errors)) return false;
  const isShownByAll = errors.every(({ code, details }) => code.startsWith('certificate-') && details['fingerprint'] === fingerprint);
  const isSomebodyElses = ({ code, details }: ErrorReport): boolean =>
    code === 'certificate-name-mismatch' ||
    (code === 'certificate-changed' && details['expectedSubject'] !== undefined && details['expectedSubject'] !== details['subject']);
  const isNamed = (error: ErrorReport): boolean =>
    typeof error.details['subject'] === 'string' && areRelated(error.details['subject'].replace(/^\*\./, ''), hostOf(error));
  return isShownByAll && errors.some(isSomebodyElses) && !errors.some(isNamed);
}

function samePageOf(errors: readonly ErrorReport[]): PortalEvidence | undefined {
  if (!areOfDifferentHosts(errors) || errors.some(({ code }) => code !== 'not-a-sip-server')) return undefined;
  const location = errors[0]?.details['location'];
  const isSameWay = (error: ErrorReport): boolean =>
    typeof location === 'string' && error.details['location'] === location && isElsewhere(location, hostOf(error), null);
  const isPage = (error: ErrorReport): boolean =>
    isPlain(error) && error.details['httpStatus'] === 200 && /^text\/html\b/i.test(String(error.details['contentType']));
  return errors.every(isSameWay) || errors.every(isPage) ? 'same-page' : undefined;
}

function areOfDifferentHosts(errors: readonly ErrorReport[]): boolean {
  return new Set(errors.map(hostOf)).size > 1;
}

function hostOf({ details }: ErrorReport): string {
  return String(details['host'] ?? '');
}

function isPlain({ details }: ErrorReport): boolean {
  return details['transport'] === 'ws';
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
