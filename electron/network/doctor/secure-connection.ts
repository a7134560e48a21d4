import { once } from 'node:events';
import type { Socket } from 'node:net';
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { SeenCertificate, TlsEvidence } from '#shared/network/doctor/evidence.ts';
import type { Server } from '#shared/profiles/account.ts';
import type { CertificateJudge } from './ports.ts';

export interface SecureConnection {
  readonly evidence: TlsEvidence;
  /** Only where the server is trusted; the caller closes it. */
  readonly socket: TLSSocket | undefined;
}

/** Names in certificates are strangers' texts. */
const longestText = 128;

/**
 * Begins TLS as the line does, with the same judge. A certificate that is turned away is looked at on its way out, and its connection
 * carries nothing.
 * @param tunnel makes the connection below where a proxy does; else the judge connects by itself
 */
export async function openSecure(
  server: Server,
  judge: CertificateJudge,
  tunnel: () => Promise<Socket | undefined>,
  signal: AbortSignal,
  wallMs: () => number,
): Promise<SecureConnection> {
  const pinned = server.trust.kind === 'pinned' ? server.trust.fingerprint : undefined;
  let certificate: SeenCertificate | null = null;
  const ended = (outcome: TlsEvidence['outcome'], socket?: TLSSocket): SecureConnection => {
    const pin = pinned === undefined || certificate === null ? 'none' : pinned === certificate.fingerprint ? 'same' : 'changed';
    return { evidence: { outcome, certificate, pin, seenAtMs: wallMs() }, socket };
  };
  try {
    await judge.prepare();
  } catch {
    // the file of authorities cannot be read: nobody is trusted
    return ended('distrusted');
  }
  for (;;) {
    const usedPin = judge.usesPin;
    let opened: ReturnType<CertificateJudge['open']>;
    try {
      opened = judge.open(await tunnel());
    } catch {
      return ended(signal.aborted ? 'silent' : 'lost');
    }
    const { socket, presented } = opened;
    socket.prependListener('secure', () => {
      const raw = socket.getPeerCertificate();
      if (Object.keys(raw).length > 0) certificate = describe(raw, server.host);
    });
    try {
      await once(socket, 'secureConnect', { signal });
      return ended('trusted', socket);
    } catch (error) {
      socket.on('error', () => undefined).destroy();
      if (judge.judge(presented(), usedPin) === 'retry' && !signal.aborted) continue;
      return ended(signal.aborted ? 'silent' : outcomeOf(error, certificate !== null));
    }
  }
}

/** Once a certificate was seen, whatever ends the handshake is about it. */
function outcomeOf(error: unknown, sawCertificate: boolean): TlsEvidence['outcome'] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'misnamed';
  if (sawCertificate) return 'distrusted';
  if (code === 'ETIMEDOUT') return 'silent';
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') ? 'not-tls' : 'lost';
}

function describe(raw: PeerCertificate, host: string): SeenCertificate {
  const names = (raw.subjectaltname ?? '').replace(/(?:DNS|IP Address):/g, '');
  const nameOf = (name: Partial<PeerCertificate['subject']> | undefined): string => {
    const [first = ''] = [name?.CN ?? name?.O ?? ''].flat();
    return first.slice(0, longestText);
  };
  return {
    fingerprint: raw.fingerprint256,
    subject: nameOf(raw.subject),
    issuer: nameOf(raw.issuer),
    validFrom: Date.parse(raw.valid_from),
    validTo: Date.parse(raw.valid_to),
    nameMatches: checkServerIdentity(host, raw) === undefined,
    names: (names === '' ? nameOf(raw.subject) : names).slice(0, longestText),
  };
}
