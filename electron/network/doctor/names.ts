import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DnsEvidence } from '#shared/network/doctor/evidence.ts';

/** One question to one name server, in ms. */
const questionMs = 2_000;
/** More addresses than these are not tried. */
const mostAddresses = 4;

/** What the resolver says to a name that does not exist, or has no address of that family. */
const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME']);

/**
 * Finds the addresses of a host. The system's own look-up counts first, because it knows hosts files and what else there is; the name
 * servers are asked beside it, because only they tell a name that does not exist from a resolver that does not answer.
 */
export async function findAddresses(host: string, signal: AbortSignal): Promise<DnsEvidence> {
  if (isIP(host) !== 0) return { outcome: 'literal', addresses: [host] };
  const resolver = new Resolver({ timeout: questionMs, tries: 1 });
  const aborted = new Promise<'late'>((resolve) => signal.addEventListener('abort', () => resolve('late'), { once: true }));
  const asked = [resolver.resolve4(host), resolver.resolve6(host)].map(settled);
  const looked = settled(lookup(host, { all: true }).then((found) => found.map(({ address }) => address)));
  try {
    const system = await Promise.race([looked, aborted]);
    if (system !== 'late' && system.addresses.length > 0) return { outcome: 'found', addresses: system.addresses.slice(0, mostAddresses) };
    const answers = await Promise.race([Promise.all(asked), aborted]);
    const addresses = answers === 'late' ? [] : answers.flatMap((answer) => answer.addresses);
    if (addresses.length > 0) return { outcome: 'found', addresses: addresses.slice(0, mostAddresses) };
    const codes = [...(answers === 'late' ? [] : answers), ...(system === 'late' ? [] : [system])].map(({ code }) => code);
    return { outcome: codes.some((code) => noSuchName.has(code)) ? 'unknown' : 'dead', addresses: [] };
  } finally {
    resolver.cancel();
  }
}

interface Answer {
  readonly addresses: readonly string[];
  /** Empty when it answered. */
  readonly code: string;
}

async function settled(question: Promise<readonly string[]>): Promise<Answer> {
  try {
    return { addresses: await question, code: '' };
  } catch (error) {
    return { addresses: [], code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}
