import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate for a test server, in PEM form. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  /** As Node's `fingerprint256`. */
  readonly fingerprint: string;
}

export interface CertificateWishes {
  /** DNS names and IP addresses it is good for; default 127.0.0.1. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Signs it; default: itself. */
  readonly issuer?: TestCertificate;
}

const dayMs = 86_400_000;

/** A certificate on an elliptic curve: quick to make. */
export async function makeCertificate(wishes: CertificateWishes = {}): Promise<TestCertificate> {
  const names = wishes.names ?? ['127.0.0.1'];
  const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }));
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: wishes.notBefore ?? new Date(Date.now() - dayMs),
    notAfterDate: wishes.notAfter ?? new Date(Date.now() + 30 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
    ...(wishes.issuer === undefined ? {} : { ca: { key: wishes.issuer.key, cert: wishes.issuer.certificate } }),
  });
  return finish(made);
}

/** An authority that can sign other certificates. */
export async function makeAuthority(): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + 30 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return finish(made);
}

function finish(made: { readonly cert: string; readonly private: string; readonly fingerprint: string }): TestCertificate {
  return { certificate: made.cert, key: made.private, fingerprint: new X509Certificate(made.cert).fingerprint256 };
}
