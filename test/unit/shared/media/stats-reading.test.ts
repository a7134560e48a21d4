import { describe, expect, it } from 'vitest';
import { mediaStatsSchema } from '#shared/media/media.ts';
import { noTotals, readStats, type StatsEntry } from '#shared/media/stats-reading.ts';

const report = (change: { received?: number; lost?: number; energy?: number; seconds?: number } = {}): StatsEntry[] => [
  { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
  { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.025 },
  { id: 'q', type: 'candidate-pair', localCandidateId: 'x', remoteCandidateId: 'r', currentRoundTripTime: 9 },
  { id: 'l', type: 'local-candidate', candidateType: 'srflx', protocol: 'udp', address: '203.0.113.7' },
  { id: 'r', type: 'remote-candidate', candidateType: 'host', protocol: 'udp', address: '198.51.100.2' },
  { id: 'c', type: 'codec', mimeType: 'audio/opus', clockRate: 48_000 },
  {
    id: 'i',
    type: 'inbound-rtp',
    codecId: 'c',
    jitter: 0.004,
    packetsReceived: change.received ?? 100,
    packetsLost: change.lost ?? 0,
    totalAudioEnergy: 0,
    totalSamplesDuration: change.seconds ?? 2,
  },
  { id: 'o', type: 'outbound-rtp', codecId: 'c', packetsSent: 90 },
  { id: 'm', type: 'media-source', totalAudioEnergy: change.energy ?? 0.5, totalSamplesDuration: change.seconds ?? 2 },
];

describe('readStats', () => {
  it('condenses a report and keeps addresses out', () => {
    const { stats } = readStats(report(), noTotals);
    expect(mediaStatsSchema.parse(stats)).toEqual({
      codec: 'opus',
      clockRate: 48_000,
      pair: { local: 'srflx', remote: 'host', protocol: 'udp' },
      roundTripMs: 25,
      jitterMs: 4,
      lossShare: 0,
      packetsReceived: 100,
      packetsSent: 90,
      inboundLevel: 0,
      outboundLevel: 0.5,
    });
  });

  it('gives rates since the reading before', () => {
    const first = readStats(report(), noTotals);
    const { stats } = readStats(report({ received: 130, lost: 10, energy: 0.5, seconds: 3 }), first.totals);
    expect(stats.lossShare).toBe(0.25);
    expect(stats.outboundLevel).toBe(0);
  });

  it('begins anew with a new track', () => {
    const first = readStats(report({ energy: 5, seconds: 60 }), noTotals);
    expect(readStats(report({ energy: 0.25, seconds: 1 }), first.totals).stats.outboundLevel).toBe(0.5);
  });

  it('has nothing to tell of an empty report', () => {
    const { stats } = readStats([], noTotals);
    expect(mediaStatsSchema.parse(stats)).toMatchObject({
      codec: null,
      pair: null,
      roundTripMs: null,
      lossShare: null,
      packetsSent: 0,
      inboundLevel: null,
    });
  });
});
