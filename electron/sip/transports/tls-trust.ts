import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
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
 *     of the name. To know it, the first connection trusts nobody at all; when the certificate shown is the pinned one, the
 *     next connection trusts that one alone. An expired certificate stays expired.
 */
export class TlsTrust {
  readonly #trust: Trust;
  readonly #target: Target;
  #context: SecureContext | undefined;
  #pinned: SecureContext | undefined;

  constructor(trust: Trust, target: Target) {
    this.#trust = trust;
    this.#target = target;
  }

  /** Loads the authorities. Rejects with `certificate-untrusted` when the file of authorities cannot be used. */
  async prepare(): Promise<void> {
    if (this.#context !== undefined) return;
    this.#context = await contextOf(this.#trust, this.#target);
  }

  /** Begins a handshake; `prepare` must have come first. A server that is not trusted ends it with an `error` event. */
  open(): TrustedSocket {
    const { host, port } = this.#target;
    let presented: PresentedCertificate | undefined;
    const secureContext = this.#pinned ?? this.#context;
    const socket = connect({
      host,
      port,
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
      if (this.#trust.kind === 'pinned' && presented.fingerprint === this.#trust.fingerprint) this.#pinned ??= pinnedContext(raw.raw);
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

  #changed(presented: PresentedCertificate): AppError {
    const expected = this.#trust.kind === 'pinned' ? this.#trust.fingerprint : '';
    return new AppError('certificate-changed', {
      details: { ...targetDetails(this.#target), ...certificateDetails(presented), expectedFingerprint: expected },
    });
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

function pinnedContext(der: Buffer): SecureContext {
  return createSecureContext({ ca: new X509Certificate(der).toString(), allowPartialTrustChain: true });
}

async function contextFromFile(path: string, target: Target): Promise<SecureContext> {
  try {
    return createSecureContext({ ca: await readFile(path) });
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new AppError('certificate-untrusted', { details: { ...targetDetails(target), caFile: path, cause }, cause: error });
  }
}
