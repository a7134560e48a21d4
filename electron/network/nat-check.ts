import { lookup } from 'node:dns/promises';
import { type NatFindings, natReportOf, type StunServerName } from '#shared/network/nat/findings.ts';
import type { LifetimeBounds } from '#shared/network/nat/lifetime-law.ts';
import { toldBy } from '#shared/network/nat/plan.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { measureLifetime } from './nat-lifetime.ts';
import { NatRun } from './nat-run.ts';

export interface NatCheckOptions {
  /** In the order in which they are asked. */
  readonly servers: readonly StunServerName[];
  /** Of the addresses that are asked; without it IPv4, and IPv6 where IPv4 leads nowhere. */
  readonly family?: 4 | 6;
  /** Also measures for how long a mapping lasts, which takes minutes. */
  readonly lifetime: boolean;
  readonly onLifetime?: (bounds: LifetimeBounds) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  /** All addresses of a name; the system's resolver unless a test knows better. @throws when there are none */
  readonly resolve?: (host: string, family: 4 | 6) => Promise<readonly string[]>;
}

/**
 * Finds out what kind of NAT stands between this computer and the STUN servers (RFC 5780), in two round trips where everything is
 * answered. Silence is a finding, too; `error` stands in the report where nothing could be found out.
 * @throws the signal's reason, when it is aborted
 */
export async function checkNat(options: NatCheckOptions): Promise<NatReport> {
  const { clock, family, lifetime } = options;
  const startMs = clock.monotonicMs();
  const first = await run(options, family ?? 4);
  const second = family === undefined && !first.isRouted && options.servers.length > 0 ? await run(options, 6) : first;
  const { findings } = second.isRouted ? second : first;
  const lifetimeSeconds = lifetime ? await lifetimeOf(findings, options) : null;
  return { ...natReportOf(findings), lifetimeSeconds, at: clock.wallMs(), tookMs: clock.monotonicMs() - startMs };
}

async function run(options: NatCheckOptions, family: 4 | 6): Promise<{ readonly findings: NatFindings; readonly isRouted: boolean }> {
  const { servers, clock, random, resolve = bySystem, signal } = options;
  const natRun = new NatRun({ servers, family, clock, random, resolve });
  try {
    const findings = await natRun.findings(signal);
    return { findings, isRouted: natRun.isRouted };
  } finally {
    natRun.dispose();
  }
}

/** Measured at the server that told the rest. */
async function lifetimeOf({ candidates }: NatFindings, options: NatCheckOptions): Promise<number | null> {
  const server = candidates[toldBy(candidates) ?? -1]?.address ?? null;
  if (server === null) return null;
  const { clock, random, signal, onLifetime } = options;
  return measureLifetime({ server, clock, random, signal, ...(onLifetime === undefined ? {} : { onProgress: onLifetime }) });
}

async function bySystem(host: string, family: 4 | 6): Promise<readonly string[]> {
  const found = await lookup(host, { family, all: true });
  return found.map(({ address }) => address);
}
