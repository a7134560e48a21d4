import type { TlsEvidence } from './evidence.ts';

/** What is wrong with a certificate, or soon will be. */
export type CertificateFault = 'changed' | 'expired' | 'not-yet-valid' | 'name' | 'untrusted';

/** Days before its end at which a certificate is worth a word. */
const soonMs = 14 * 86_400_000;

/**
 * Why a certificate was turned away; undefined when it was not. Its dates come before its issuer: to trust an expired one does not help.
 * A changed one comes before all: nothing else in it can be believed.
 */
export function certificateFault({ outcome, certificate, pin, seenAtMs }: TlsEvidence): CertificateFault | undefined {
  if (outcome !== 'misnamed' && outcome !== 'distrusted') return undefined;
  if (pin === 'changed') return 'changed';
  if (certificate !== null && certificate.validTo < seenAtMs) return 'expired';
  if (certificate !== null && certificate.validFrom > seenAtMs) return 'not-yet-valid';
  return outcome === 'misnamed' ? 'name' : 'untrusted';
}

/** Whether a trusted certificate comes to its end soon. */
export function expiresSoon({ outcome, certificate, seenAtMs }: TlsEvidence): boolean {
  return outcome === 'trusted' && certificate !== null && certificate.validTo - seenAtMs < soonMs;
}

/** Whether a certificate would be valid if our clock went `errorMs` further. */
export function validWithClock({ certificate, seenAtMs }: TlsEvidence, errorMs: number): boolean {
  const then = seenAtMs + errorMs;
  return certificate !== null && certificate.validFrom <= then && then <= certificate.validTo;
}
