import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesDue } from '#electron/office/robots/frame-pacer.ts';
import { decodeALaw as robotDecodeALaw, decodeMuLaw as robotDecodeMuLaw, encodeALaw, encodeMuLaw } from '#electron/office/robots/g711.ts';
import { RtpContinuity } from '#electron/office/robots/rtp-continuity.ts';
import { readSpeechWave } from '#electron/office/robots/speech-wave.ts';
import { decodeALaw, decodeMuLaw } from '#test/support/office/tone-meter.ts';

describe('G.711', () => {
  const every = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);

  it.each([
    ['µ-law', encodeMuLaw, decodeMuLaw, 32_124],
    ['A-law', encodeALaw, decodeALaw, 32_256],
  ] as const)('%s comes back within one step for every sample', (_name, encode, decode, top) => {
    const back = decode(encode(every));
    every.forEach((sample, index) => {
      const wanted = Math.max(-top, Math.min(top, sample));
      const step = Math.max(16, Math.abs(wanted) / 16);
      if (Math.abs((back[index] ?? 0) - wanted) > step) throw new Error(`${sample} became ${back[index]}`);
    });
  });

  it.each([
    ['µ-law', encodeMuLaw, decodeMuLaw],
    ['A-law', encodeALaw, decodeALaw],
  ] as const)('%s codes are fixed points', (_name, encode, decode) => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const values = decode(codes);
    expect(decode(encode(values))).toEqual(values);
  });

  it('is understood as somebody else understands it', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    expect(robotDecodeMuLaw(codes)).toEqual(decodeMuLaw(codes));
    expect(robotDecodeALaw(codes)).toEqual(decodeALaw(codes));
  });
});

describe('frame pacer', () => {
  it('neither drifts nor bursts, whatever the delays', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (delays) => {
        let [nowMs, counted] = [0, 0];
        for (const delay of delays) {
          nowMs += delay;
          const { due, skipped } = framesDue(nowMs, counted);
          expect(due).toBeLessThanOrEqual(5);
          counted += due + skipped;
          expect(counted).toBe(Math.floor(nowMs / 20) + 1);
        }
      }),
    );
  });
});

describe('RTP continuity', () => {
  it('keeps the steps of a stream and goes on evenly with another one', () => {
    const continuity = new RtpContinuity({ sequenceNumber: 65_530, timestamp: 2 ** 32 - 100 });
    const at = (ssrc: number, sequenceNumber: number, timestamp: number) => continuity.next({ ssrc, sequenceNumber, timestamp }, 160);
    expect(at(1, 0, 0)).toEqual({ sequenceNumber: 65_530, timestamp: 2 ** 32 - 100 });
    expect(at(1, 7, 1120)).toEqual({ sequenceNumber: 1, timestamp: 1020 });
    expect(at(2, 40_000, 99)).toEqual({ sequenceNumber: 2, timestamp: 1180 });
    expect(at(2, 40_001, 259)).toEqual({ sequenceNumber: 3, timestamp: 1340 });
  });
});

describe('speech wave', () => {
  const recorded = readFileSync(fileURLToPath(new URL('../../../../../assets/sounds/office-sentence-en.wav', import.meta.url)));

  it('reads the shipped recording', () => {
    expect(readSpeechWave(recorded).length / 8000).toBeGreaterThan(3);
  });

  it('refuses other formats and never reads beyond the file', () => {
    const stereo = Uint8Array.from(recorded);
    stereo[22] = 2;
    expect(() => readSpeechWave(stereo)).toThrow('2 channels');
    expect(() => readSpeechWave(Uint8Array.from(recorded.subarray(0, 40)))).toThrow('without samples');
    expect(() => readSpeechWave(new Uint8Array(3))).toThrow('not a WAVE file');
    expect(readSpeechWave(Uint8Array.from(recorded.subarray(0, 144)))).toHaveLength(50);
  });
});
