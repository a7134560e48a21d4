import { X509Certificate } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';

const identitySchema = z.object({
  /** PEM. */
  certificate: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  /** PEM, PKCS #8. */
  key: z.string().includes('PRIVATE KEY'),
  /** By user. */
  passwords: z.record(z.string(), z.string().min(16)),
  /** Key of the route tokens. */
  secret: z.string().min(32),
});

/** What makes one practice office: its certificate and the passwords of its people. Kept in its folder, for the owner's eyes only. */
export type OfficeIdentity = z.infer<typeof identitySchema> & {
  /** SHA-256 of the certificate, as Node's `fingerprint256`. */
  readonly fingerprint: string;
};

interface IdentityOptions {
  readonly folder: string;
  readonly users: readonly string[];
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
}

const tenYearsMs = 10 * 365.25 * 86_400_000;
const fileName = 'office-identity.json';

/**
 * Reads the identity of the office, or makes it at the first start. Of two processes that begin at the same moment one writes
 * and both read the same. A file that cannot be read is set aside and a new identity made.
 * @throws AppError `practice-office-failed` when the folder cannot be written.
 */
export async function loadOfficeIdentity(options: IdentityOptions): Promise<OfficeIdentity> {
  const path = join(options.folder, fileName);
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const present = await readIdentity(path, options);
    if (present !== undefined) return present;
    await writeOnce(path, JSON.stringify(await makeIdentity(options), undefined, 2), options.random);
    const written = await readIdentity(path, options);
    if (written !== undefined) return written;
  } catch (error) {
    throw new AppError('practice-office-failed', { details: { path, reason: reasonOf(error) }, cause: error });
  }
  throw new AppError('practice-office-failed', { details: { path } });
}

async function readIdentity(path: string, { users, clock, logger }: IdentityOptions): Promise<OfficeIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const identity = identitySchema.parse(JSON.parse(text));
    const certificate = new X509Certificate(identity.certificate);
    const usable = certificate.validToDate.getTime() > clock.wallMs() && users.every((user) => identity.passwords[user] !== undefined);
    if (usable) return { ...identity, fingerprint: certificate.fingerprint256 };
  } catch (error) {
    logger.warn('practice office identity damaged', { path, reason: reasonOf(error) });
  }
  await rename(path, `${path}.unusable`);
  return undefined;
}

async function makeIdentity({ users, random, clock }: IdentityOptions): Promise<z.infer<typeof identitySchema>> {
  const nowMs = clock.wallMs();
  const made = await generate([{ name: 'commonName', value: 'Commute practice office' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // a day of grace: the clocks of virtual machines jump
    notBeforeDate: new Date(nowMs - 86_400_000),
    notAfterDate: new Date(nowMs + tenYearsMs),
    // no keyUsage: with one that lacks certificate signing, a client does not take the certificate as its own issuer
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const passwords = Object.fromEntries(users.map((user) => [user, random.hex(16)]));
  return { certificate: made.cert, key: made.private, passwords, secret: random.hex(32) };
}

/** Creates the file with all of its content, or leaves the one that somebody else created meanwhile. */
async function writeOnce(path: string, content: string, random: Random): Promise<void> {
  const draft = `${path}.${random.hex(6)}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
