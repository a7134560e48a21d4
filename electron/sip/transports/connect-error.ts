import type { PeerCertificate } from 'node:tls';
import { AppError, type ErrorCode, type ErrorDetails } from '#shared/errors/app-error.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** `host:port` of the proxy that stands between. */
  readonly proxy?: string;
}

/** What a server showed of itself before it was turned away. */
export interface PresentedCertificate {
  /** As Node's `fingerprint256`. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Both as the certificate writes them: `Nov 20 04:15:59 2027 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

const codes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['ENOTFOUND', 'host-not-found'],
  ['EAI_AGAIN', 'host-not-found'],
  ['EAI_FAIL', 'host-not-found'],
  ['EAI_NODATA', 'host-not-found'],
  ['EAI_NONAME', 'host-not-found'],
  ['ECONNREFUSED', 'connection-refused'],
  ['EACCES', 'connection-refused'],
  ['EPERM', 'connection-refused'],
  ['ETIMEDOUT', 'connection-timed-out'],
  ['EHOSTDOWN', 'connection-timed-out'],
  ['EHOSTUNREACH', 'network-unavailable'],
  ['ENETUNREACH', 'network-unavailable'],
  ['ENETDOWN', 'network-unavailable'],
  ['EADDRNOTAVAIL', 'network-unavailable'],
  ['ECONNRESET', 'connection-lost'],
  ['EPIPE', 'connection-lost'],
  ['EPROTO', 'not-a-sip-server'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name-mismatch'],
  ['HOSTNAME_MISMATCH', 'certificate-name-mismatch'],
]);

/** Codes of X.509 verification as OpenSSL and BoringSSL name them, beyond those above. */
const untrusted =
  /^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|OUT_OF_MEM)/;

/**
 * Sorts an error of connecting (DNS, TCP, TLS, HTTP upgrade) into ours. Errors that are ours already pass.
 * @param certificate what the server presented, if it came that far
 * @param now wall time in ms
 */
export function connectError(error: Error, target: Target, certificate: PresentedCertificate | undefined, now = Date.now()): AppError {
  if (error instanceof AppError) return error;
  const cause = causeOf(error);
  const sorted = sort(cause, error.message);
  const early = cause === 'CERT_NOT_YET_VALID' || (certificate !== undefined && Date.parse(certificate.validFrom) > now);
  const over = certificate !== undefined && Date.parse(certificate.validTo) < now;
  // a self-signed certificate is turned away for that first, but trusting it would not help now
  const code = sorted === 'certificate-untrusted' && (early || over) ? 'certificate-expired' : sorted;
  const details: Record<string, string | number | boolean> = { ...targetDetails(target), cause: cause ?? error.message };
  if (code.startsWith('certificate-') && certificate !== undefined) Object.assign(details, certificateDetails(certificate));
  if (code === 'certificate-expired' && early) Object.assign(details, { notYetValid: true });
  return new AppError(code, { details, cause: error });
}

function sort(cause: string | undefined, message: string): ErrorCode {
  if (cause === undefined)
    return /subprotocol|sec-websocket|upgrade|unexpected server response/i.test(message) ? 'not-a-sip-server' : 'connection-lost';
  const known = codes.get(cause);
  if (known !== undefined) return known;
  if (cause.startsWith('HPE_') || cause.startsWith('ERR_SSL_') || cause.startsWith('WS_ERR_')) return 'not-a-sip-server';
  return untrusted.test(cause) ? 'certificate-untrusted' : 'connection-lost';
}

/** Happy eyeballs gather the errors of all addresses; they share one code, or the first counts. */
function causeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) {
    const first: unknown = error.errors[0];
    return first instanceof Error ? causeOf(first) : undefined;
  }
  return undefined;
}

export function targetDetails({ host, port, proxy }: Target): ErrorDetails {
  return { host, port, ...(proxy === undefined ? {} : { proxy }) };
}

export function certificateDetails(certificate: PresentedCertificate): ErrorDetails {
  return {
    fingerprint: certificate.fingerprint,
    subject: certificate.subject,
    issuer: certificate.issuer,
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
  };
}

/** Picks what a person needs to judge a certificate. */
export function describeCertificate(certificate: PeerCertificate): PresentedCertificate {
  return {
    fingerprint: certificate.fingerprint256,
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: certificate.valid_from,
    validTo: certificate.valid_to,
  };
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const first = (value: string | string[] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''));
  return name === undefined ? '' : first(name.CN) || first(name.O);
}
