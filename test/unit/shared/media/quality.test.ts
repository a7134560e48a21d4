import { describe, expect, it } from 'vitest';
import { codecLabel } from '#shared/media/codec-label.ts';
import type { MediaStats } from '#shared/media/media.ts';
import { qualityOf } from '#shared/media/quality.ts';

const perfect: MediaStats = {
  codec: 'opus',
  clockRate: 48_000,
  pair: null,
  roundTripMs: 20,
  jitterMs: 3,
  lossShare: 0,
  packetsReceived: 50,
  reportsReceived: 0,
  connected: true,
  pathAnswers: true,
  mayPause: false,
  localAddress: null,
  packetsSent: 50,
  inboundLevel: 0.1,
  outboundLevel: 0.1,
};

describe('quality', () => {
  it.each([
    [{}, 'good'],
    [{ lossShare: 0.02 }, 'good'],
    [{ lossShare: 0.03 }, 'fair'],
    [{ lossShare: 0.09 }, 'poor'],
    [{ jitterMs: 31 }, 'fair'],
    [{ jitterMs: 81 }, 'poor'],
    [{ roundTripMs: 301 }, 'fair'],
    [{ roundTripMs: 601 }, 'poor'],
    [{ lossShare: null, jitterMs: null, roundTripMs: null }, 'good'],
  ] as const)('%o is %s', (change, quality) => {
    expect(qualityOf({ ...perfect, ...change })).toBe(quality);
  });
});

describe('codec names', () => {
  it.each([
    ['opus', 'Opus'],
    ['G722', 'G.722'],
    ['PCMU', 'G.711 µ-law'],
    ['speex', 'speex'],
  ])('%s is shown as %s', (encoding, label) => {
    expect(codecLabel(encoding)).toBe(label);
  });
});
