import type { DoctorEvidence, TimeEvidence } from './evidence.ts';

/** Clocks this far apart are still called right, in ms. */
const tolerableMs = 5 * 60_000;

/** Everybody who told the time. */
export function timesTold({
  servers,
  times = [],
}: Pick<DoctorEvidence, 'servers' | 'times'>): (TimeEvidence & { readonly dateMs: number })[] {
  const answers = [...times, ...servers.flatMap(({ upgrade, register }) => [upgrade, register])];
  return answers.flatMap((answer) => {
    const { dateMs = null, seenAtMs = 0 } = answer ?? {};
    return dateMs === null ? [] : [{ dateMs, seenAtMs }];
  });
}

/**
 * How far our clock is behind that of the servers (negative: ahead), in ms: 0 within five minutes; undefined when no server told the
 * time. Where servers disagree, the one that is nearest to us counts: it is unlikely that two clocks are wrong by the same.
 */
export function clockError(evidence: Pick<DoctorEvidence, 'servers' | 'times'>): number | undefined {
  const errors = timesTold(evidence).map(({ dateMs, seenAtMs }) => dateMs - seenAtMs);
  const nearest = errors.sort((one, other) => Math.abs(one) - Math.abs(other))[0];
  return nearest !== undefined && Math.abs(nearest) <= tolerableMs ? 0 : nearest;
}

/** What our clock should have shown when a server last told the time, as text; undefined when it was right or nobody told. */
export function rightTime(evidence: Pick<DoctorEvidence, 'servers' | 'times'>): string | undefined {
  const error = clockError(evidence);
  if (error === undefined || error === 0) return undefined;
  return minuteText(Math.max(...timesTold(evidence).map(({ seenAtMs }) => seenAtMs)) + error);
}

/** `2026-11-20`, in UTC. */
export function dayText(wallMs: number): string {
  return Number.isFinite(wallMs) ? new Date(wallMs).toISOString().slice(0, 10) : '';
}

/** `2026-11-20 13:26 UTC`. */
export function minuteText(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
