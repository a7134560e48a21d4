import { type CandidatePair, candidatePairSchema, type MediaStats } from './media.ts';

/** One dictionary of an RTCStatsReport. */
export type StatsEntry = Readonly<Record<string, unknown>>;

/** Running totals of a reading; the next reading gives its rates against them. */
export interface StatsTotals {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Checks that were answered on the pair in use, and which pair that is. */
  readonly answers: number;
  readonly pair: unknown;
  readonly inbound: Energy;
  readonly outbound: Energy;
}

interface Energy {
  /** Sum of squared samples by seconds, and the seconds (totalAudioEnergy and totalSamplesDuration of webrtc-stats). */
  readonly sum: number;
  readonly seconds: number;
}

export const noTotals: StatsTotals = {
  packetsReceived: 0,
  packetsLost: 0,
  answers: 0,
  pair: undefined,
  inbound: { sum: 0, seconds: 0 },
  outbound: { sum: 0, seconds: 0 },
};

/** What a report tells; the rest is in the descriptions. */
export type ReportedStats = Omit<MediaStats, 'mayPause'>;

/** Condenses a report (W3C webrtc-stats) of a connection with one audio line. */
export function readStats(entries: readonly StatsEntry[], before: StatsTotals): { stats: ReportedStats; totals: StatsTotals } {
  const byId = new Map(entries.map((entry) => [entry['id'], entry]));
  const ofType = (type: string): StatsEntry | undefined => entries.find((entry) => entry['type'] === type);
  const transport = ofType('transport');
  const inbound = ofType('inbound-rtp');
  const outbound = ofType('outbound-rtp');
  const source = ofType('media-source');
  const pair = byId.get(transport?.['selectedCandidatePairId']);
  const codec = byId.get(inbound?.['codecId'] ?? outbound?.['codecId']) ?? byId.get(outbound?.['codecId']);
  const totals: StatsTotals = {
    packetsReceived: count(inbound, 'packetsReceived'),
    packetsLost: count(inbound, 'packetsLost'),
    answers: count(pair, 'responsesReceived'),
    pair: pair?.['id'],
    inbound: energyOf(inbound),
    outbound: energyOf(source),
  };
  return {
    totals,
    stats: {
      codec: nameOfCodec(codec?.['mimeType']),
      clockRate: number(codec?.['clockRate']),
      pair: pairOf(byId.get(pair?.['localCandidateId']), byId.get(pair?.['remoteCandidateId'])),
      roundTripMs: milliseconds(pair?.['currentRoundTripTime']) ?? milliseconds(ofType('remote-inbound-rtp')?.['roundTripTime']),
      jitterMs: milliseconds(inbound?.['jitter']),
      lossShare: lossShareOf(totals, before),
      packetsReceived: totals.packetsReceived,
      reportsReceived:
        count(ofType('remote-outbound-rtp'), 'reportsSent') + count(ofType('remote-inbound-rtp'), 'roundTripTimeMeasurements'),
      connected: transport?.['dtlsState'] === 'connected' && standing.has(transport['iceState']),
      pathAnswers: totals.answers > (totals.pair === before.pair ? before.answers : 0),
      localAddress: baseAddressOf(byId.get(pair?.['localCandidateId']), entries),
      packetsSent: count(outbound, 'packetsSent'),
      inboundLevel: levelOf(totals.inbound, before.inbound),
      outboundLevel: levelOf(totals.outbound, before.outbound),
    },
  };
}

const standing: ReadonlySet<unknown> = new Set(['connected', 'completed']);

/**
 * The address of this computer at which a candidate begins (RFC 8445 section 5.1.1). Chromium gives the base of reflexive candidates
 * as their related address, but for a relayed one the address that the TURN server saw: that is looked up among the others.
 */
function baseAddressOf(candidate: StatsEntry | undefined, entries: readonly StatsEntry[]): string | null {
  const locals = entries.filter((entry) => entry['type'] === 'local-candidate');
  const hosts = locals.filter((entry) => entry['candidateType'] === 'host');
  const related = addressIn(candidate?.['relatedAddress']);
  switch (candidate?.['candidateType']) {
    case 'host':
      return addressIn(candidate['address']);
    case 'srflx':
      return related;
    case 'prflx':
      return related ?? addressIn(hosts.find((host) => host['port'] === candidate['relatedPort'])?.['address']);
    case 'relay': {
      const isSame = (entry: StatsEntry): boolean => related !== null && addressIn(entry['address']) === related;
      const seen = locals.find((entry) => entry['candidateType'] === 'srflx' && isSame(entry));
      return seen === undefined ? (hosts.some(isSame) ? related : null) : addressIn(seen['relatedAddress']);
    }
    default:
      return null;
  }
}

/** Null for what names no address: a hidden one (mDNS), or the wildcard that stands for it. */
function addressIn(value: unknown): string | null {
  if (typeof value !== 'string' || !/^[0-9a-f.:]+$/i.test(value) || !/[.:]/.test(value)) return null;
  return value === '0.0.0.0' || value === '::' ? null : value;
}

function energyOf(entry: StatsEntry | undefined): Energy {
  return { sum: count(entry, 'totalAudioEnergy'), seconds: count(entry, 'totalSamplesDuration') };
}

/** Null when no sound ran since the reading before. A counter that went back belongs to a new track. */
function levelOf(now: Energy, before: Energy): number | null {
  const base = now.seconds < before.seconds || now.sum < before.sum ? noTotals.inbound : before;
  const seconds = now.seconds - base.seconds;
  return seconds > 0 ? Math.min(1, Math.sqrt((now.sum - base.sum) / seconds)) : null;
}

function lossShareOf(now: StatsTotals, before: StatsTotals): number | null {
  // late duplicates make the loss counter go down (RFC 3550 appendix A.3)
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const received = now.packetsReceived - before.packetsReceived;
  return received > 0 || lost > 0 ? Math.min(1, lost / (lost + Math.max(0, received))) : null;
}

function pairOf(local: StatsEntry | undefined, remote: StatsEntry | undefined): CandidatePair | null {
  const pair = candidatePairSchema.safeParse({
    local: local?.['candidateType'],
    remote: remote?.['candidateType'],
    protocol: local?.['protocol'],
  });
  return pair.success ? pair.data : null;
}

/** `audio/opus` becomes `opus`. */
function nameOfCodec(mimeType: unknown): string | null {
  return typeof mimeType === 'string' ? mimeType.replace(/^audio\//i, '').slice(0, 64) : null;
}

function count(entry: StatsEntry | undefined, key: string): number {
  return number(entry?.[key]) ?? 0;
}

function milliseconds(seconds: unknown): number | null {
  return typeof seconds === 'number' ? seconds * 1000 : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
