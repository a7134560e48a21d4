import { describe, expect, it } from 'vitest';
import { mediaStatsSchema } from '#shared/media/media.ts';
import { noTotals, readStats, type StatsEntry } from '#shared/media/stats-reading.ts';

const reportedStats = mediaStatsSchema.omit({ mayPause: true });

const report = (change: { received?: number; lost?: number; energy?: number; seconds?: number } = {}): StatsEntry[] => [
  { id: 't', type: 'transport', selectedCandidatePairId: 'p', dtlsState: 'connected', iceState: 'completed' },
  { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.025, responsesReceived: 4 },
  { id: 'q', type: 'candidate-pair', localCandidateId: 'x', remoteCandidateId: 'r', currentRoundTripTime: 9 },
  { id: 'l', type: 'local-candidate', candidateType: 'srflx', protocol: 'udp', address: '203.0.113.7', relatedAddress: '10.0.0.7' },
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
  { id: 'so', type: 'remote-outbound-rtp', reportsSent: 3 },
  { id: 'si', type: 'remote-inbound-rtp', roundTripTimeMeasurements: 2 },
  { id: 'm', type: 'media-source', totalAudioEnergy: change.energy ?? 0.5, totalSamplesDuration: change.seconds ?? 2 },
];

describe('readStats', () => {
  it('condenses a report; of addresses only where the path begins', () => {
    const { stats } = readStats(report(), noTotals);
    expect(reportedStats.parse(stats)).toEqual({
      codec: 'opus',
      clockRate: 48_000,
      pair: { local: 'srflx', remote: 'host', protocol: 'udp' },
      roundTripMs: 25,
      jitterMs: 4,
      lossShare: 0,
      packetsReceived: 100,
      reportsReceived: 5,
      connected: true,
      pathAnswers: true,
      localAddress: '10.0.0.7',
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
    expect(reportedStats.parse(stats)).toMatchObject({
      codec: null,
      pair: null,
      roundTripMs: null,
      lossShare: null,
      packetsSent: 0,
      connected: false,
      pathAnswers: false,
      localAddress: null,
      inboundLevel: null,
    });
  });

  it('says whether a check was answered since the reading before, on whichever pair is in use', () => {
    const first = readStats(report(), noTotals);
    expect(readStats(report(), first.totals).stats.pathAnswers).toBe(false);
    const onAnother = report().map((entry) => (entry['type'] === 'transport' ? { ...entry, selectedCandidatePairId: 'q' } : entry));
    expect(readStats(onAnother, first.totals).stats.pathAnswers).toBe(false);
    const answered = onAnother.map((entry) => (entry['id'] === 'q' ? { ...entry, responsesReceived: 1 } : entry));
    expect(readStats(answered, first.totals).stats.pathAnswers).toBe(true);
  });

  it.each([
    ['disconnected', 'connected', false],
    ['failed', 'connected', false],
    ['connected', 'connecting', false],
    ['connected', 'connected', true],
  ])('takes ICE %s and DTLS %s for standing: %s', (iceState, dtlsState, connected) => {
    const changed = report().map((entry) => (entry['type'] === 'transport' ? { ...entry, iceState, dtlsState } : entry));
    expect(readStats(changed, noTotals).stats.connected).toBe(connected);
  });
});

describe('the address that the path begins at', () => {
  const host = { id: 'h', type: 'local-candidate', candidateType: 'host', address: '192.168.1.20', port: 50_000 };
  const reflexive = { id: 's', type: 'local-candidate', candidateType: 'srflx', address: '203.0.113.7', relatedAddress: '192.168.1.20' };
  const from = (candidate: StatsEntry): string | null => {
    const others = [host, reflexive].filter(({ id }) => id !== candidate['id']);
    const pair = { id: 'p', type: 'candidate-pair', localCandidateId: candidate['id'] };
    return readStats([{ id: 't', type: 'transport', selectedCandidatePairId: 'p' }, pair, candidate, ...others], noTotals).stats
      .localAddress;
  };

  it.each([
    ['a host candidate', host, '192.168.1.20'],
    ['an IPv6 host candidate', { ...host, address: 'fd00::20' }, 'fd00::20'],
    ['one that hides behind a name', { ...host, address: '4a2b.local' }, null],
    ['a reflexive one', reflexive, '192.168.1.20'],
    ['a reflexive one that hides its base', { ...reflexive, relatedAddress: '0.0.0.0' }, null],
    ['a peer-reflexive one', { id: 'x', type: 'local-candidate', candidateType: 'prflx', relatedAddress: '192.168.1.20' }, '192.168.1.20'],
    ['a peer-reflexive one by its port', { id: 'x', type: 'local-candidate', candidateType: 'prflx', relatedPort: 50_000 }, '192.168.1.20'],
    ['a peer-reflexive one of nobody knows what', { id: 'x', type: 'local-candidate', candidateType: 'prflx' }, null],
    [
      'a relayed one behind a NAT',
      { id: 'x', type: 'local-candidate', candidateType: 'relay', relatedAddress: '203.0.113.7' },
      '192.168.1.20',
    ],
    [
      'a relayed one without a NAT',
      { id: 'x', type: 'local-candidate', candidateType: 'relay', relatedAddress: '192.168.1.20' },
      '192.168.1.20',
    ],
    [
      'a relayed one over another network',
      { id: 'x', type: 'local-candidate', candidateType: 'relay', relatedAddress: '198.51.100.9' },
      null,
    ],
  ])('of %s', (_name, candidate, address) => expect(from(candidate)).toBe(address));
});
