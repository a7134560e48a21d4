import { getCACertificates } from 'node:tls';

/** The authorities that the operating system and the runtime trust, as PEM. Reading them takes tens of milliseconds. */
export function systemAuthorities(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}
