import type { RingRecord } from '#shared/calls/ring-record.ts';

/** A call that rang as it should, but for what is given. */
export function ringRecord(part: Partial<RingRecord> = {}): RingRecord {
  return {
    path: 'office',
    toneAfterMs: 40,
    tone: 'ring',
    ringer: 'Jabra Evolve2',
    ringerReplaced: false,
    volume: 0.8,
    soundReady: true,
    card: 'shown',
    doNotDisturb: false,
    callsBefore: 0,
    ...part,
  };
}
