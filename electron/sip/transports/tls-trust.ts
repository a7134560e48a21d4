import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from 'node:tls';
import { AppError } from '#shared/errors/app-error.ts';
import type { Trust } from '#shared/profiles/account.ts';
import { unreachable } from '#shared/util/assert.ts';
import { certificateDetails, describeCertificate, type PresentedCertificate, type Target, targetDetails } from './connect-error.ts';

/** A TLS socket on its way, and what its server presents. */
export interface TrustedSocket {
  readonly socket: TLSSocket;
  /** Undefined before the server's certificate arrived. */
  readonly presented: () => PresentedCertificate | undefined;
}

/**
 * Opens TLS connections to one server by what the account calls trustworthy. Verification is never turned off:
 *
 *   - `system`: the authorities of the operating system and of the runtime, and the host's name.
 *   - `ca-file`: only the authorities in that file, and the host's name.
 *   - `pinned`: exactly one certificate. It becomes the only authority of the connection, and its fingerprint takes the place
 *     of the name. Where the account keeps only the fingerprint, the first connection trusts nobody at all; when the certificate
 *     shown is the pinned one, it is told to `onLearned` and the next connection trusts that one alone. An expired certificate
 *     stays expired.
 */
export class TlsTrust {
  readonly #trust: Trust;
  readonly #target: Target;
  readonly #onLearned: ((certificate: string) => void) | undefined;
  #context: SecureContext | undefined;
  #pinned: PinnedCertificate | undefined;

  /** @param onLearned hears the pinned certificate (PEM), once, when a server showed it and the account had only its fingerprint */
  constructor(trust: Trust, target: Target, onLearned?: (certificate: string) => void) {
    this.#trust = trust;
    this.#target = target;
    this.#onLearned = onLearned;
  }

  /** Loads the authorities. Rejects with `certificate-untrusted` when the file of authorities cannot be used. */
  async prepare(): Promise<void> {
    if (this.#context !== undefined) return;
    this.#context = await contextOf(this.#trust, this.#target);
    if (this.#trust.kind === 'pinned') this.#pinned ??= readPinned(this.#trust);
  }

  /**
   * Begins a handshake; `prepare` must have come first. A server that is not trusted ends it with an `error` event.
   * @param tunnel a connection that leads to the server already; name and pin are the server's all the same
   */
  open(tunnel?: Socket): TrustedSocket {
    const { host, port } = this.#target;
    let presented: PresentedCertificate | undefined;
    const secureContext = this.#pinned?.context ?? this.#context;
    const socket = connect({
      host,
      port,
      ...(tunnel === undefined ? {} : { socket: tunnel }),
      ...(secureContext === undefined ? {} : { secureContext }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      checkServerIdentity: (name, certificate) => {
        if (this.#trust.kind !== 'pinned') return checkServerIdentity(name, certificate);
        return certificate.fingerprint256 === this.#trust.fingerprint ? undefined : this.#changed(describeCertificate(certificate));
      },
    });
    // comes before the socket judges the certificate: the only moment at which a refused one can still be read
    socket.prependListener('secure', () => {
      const raw = socket.getPeerCertificate(true);
      if (Object.keys(raw).length === 0) return;
      presented = describeCertificate(raw);
      if (this.#trust.kind === 'pinned' && presented.fingerprint === this.#trust.fingerprint) this.#learn(new X509Certificate(raw.raw));
    });
    return { socket, presented: () => presented };
  }

  /**
   * What a failed handshake means under a pin.
   * @returns `retry` when the pinned certificate was seen and the next `open` will accept it; else the error to report, or
   * undefined when the pin has nothing to say about it
   */
  judge(presented: PresentedCertificate | undefined, usedPin: boolean): 'retry' | AppError | undefined {
    if (this.#trust.kind !== 'pinned' || presented === undefined) return undefined;
    if (presented.fingerprint !== this.#trust.fingerprint) return this.#changed(presented);
    return usedPin ? undefined : 'retry';
  }

  /** Whether the next `open` relies on the pinned certificate itself. */
  get usesPin(): boolean {
    return this.#pinned !== undefined;
  }

  #learn(certificate: X509Certificate): void {
    if (this.#pinned !== undefined) return;
    this.#pinned = pin(certificate);
    this.#onLearned?.(certificate.toString());
  }

  #changed(presented: PresentedCertificate): AppError {
    const expected = this.#trust.kind === 'pinned' ? this.#trust.fingerprint : '';
    const { subject, validTo } = this.#pinned?.shown ?? {};
    return new AppError('certificate-changed', {
      details: {
        ...targetDetails(this.#target),
        ...certificateDetails(presented),
        expectedFingerprint: expected,
        ...(subject === undefined ? {} : { expectedSubject: subject }),
        ...(validTo === undefined ? {} : { expectedValidTo: validTo }),
      },
    });
  }
}

/** The pinned certificate as the only authority of a connection, and as people see it. */
interface PinnedCertificate {
  readonly context: SecureContext;
  readonly shown: PresentedCertificate;
}

function pin(certificate: X509Certificate): PinnedCertificate {
  return {
    context: createSecureContext({ ca: certificate.toString(), allowPartialTrustChain: true }),
    shown: describeCertificate(certificate.toLegacyObject()),
  };
}

/** What the account keeps counts only when it is the certificate that is pinned. */
function readPinned({ fingerprint, certificate }: Extract<Trust, { kind: 'pinned' }>): PinnedCertificate | undefined {
  if (certificate === undefined) return undefined;
  try {
    const kept = new X509Certificate(certificate);
    return kept.fingerprint256 === fingerprint ? pin(kept) : undefined;
  } catch {
    return undefined;
  }
}

async function contextOf(trust: Trust, target: Target): Promise<SecureContext> {
  switch (trust.kind) {
    case 'system':
      return createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])] });
    case 'ca-file':
      return contextFromFile(trust.path, target);
    case 'pinned':
      // reading the system's authorities takes tens of milliseconds, and none of them has a say under a pin
      return createSecureContext({ ca: [] });
    default:
      return unreachable(trust, 'trust');
  }
}

async function contextFromFile(path: string, target: Target): Promise<SecureContext> {
  try {
    return createSecureContext({ ca: await readFile(path) });
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new AppError('certificate-untrusted', { details: { ...targetDetails(target), caFile: path, cause }, cause: error });
  }
}
