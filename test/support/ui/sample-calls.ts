import type { CallView } from '#shared/calls/call.ts';
import { ringingCall, sampleCall, sampleParty } from './sample-state.ts';

const onHold = { hold: { local: true, remote: false } } as const;
/** What a call has before it is connected. */
const notYet = { connectedAt: null, codec: null, quality: null, pair: null } as const;

export const anna = (changes: Partial<CallView> = {}): CallView => sampleCall({ id: 'anna', ...changes });
export const lena = (changes: Partial<CallView> = {}): CallView =>
  sampleCall({ id: 'lena', remote: sampleParty('Lena Braun', '203'), ...changes });
export const ben = (changes: Partial<CallView> = {}): CallView =>
  sampleCall({ id: 'ben', remote: sampleParty('Ben Krause', '204'), ...changes });

/** Anna talks, Lena waits. */
export const twoCalls = (): CallView[] => [anna(), lena(onHold)];

/** Ben is asked for Anna, and his telephone rings. */
export const consultationRings = (): CallView[] => [anna(onHold), ben({ phase: 'ringing-out', consultationFor: 'anna', ...notYet })];

/** Ben has answered. */
export const consultation = (): CallView[] => [anna(onHold), ben({ consultationFor: 'anna' })];

/** Everybody talks with everybody, but Anna is silenced. */
export const conference = (): CallView[] => [
  anna({ inConference: true, silenced: true }),
  lena({ inConference: true }),
  ben({ inConference: true, quality: 'fair' }),
];

/** Everything that a card can say at once. */
export const busyCall = (now = Date.now()): CallView =>
  anna({
    hold: { local: false, remote: true },
    autoAnswered: true,
    anonymous: true,
    recordingSince: now - 12_000,
    calledAs: sampleParty('Support', '299'),
    redirectedBy: sampleParty('Lena Braun', '203'),
    trouble: { code: 'transfer-target-busy', details: { name: 'Ben Krause' } },
    referral: { to: sampleParty('Sofia Torres', '205'), by: null },
  });

/** Anna's call, which has had no sound for so long. */
export function repairing(forMs: number, changes: Partial<NonNullable<CallView['repair']>> = {}): CallView {
  const since = Date.now() - forMs;
  return anna({
    repairingSince: since,
    repair: { since, step: changes.offline === true ? null : 'restart-ice', attempt: 2, offline: false, ...changes },
    repairs: [
      { at: since, step: 'refresh', because: 'fell-silent', outcome: 'no-sound' },
      { at: since + 2000, step: 'restart-ice', because: 'network-changed', outcome: 'under-way' },
    ],
  });
}

/** Calls of every kind, of which none can be told by the others. */
export const scenes: Readonly<Record<string, () => CallView[]>> = {
  'two calls': twoCalls,
  'a consultation that rings': consultationRings,
  'a transfer under way': () => [
    anna({ ...onHold, transfer: { to: sampleParty('Ben Krause', '204'), consultation: 'ben', progress: 'ringing' } }),
    ben({ ...onHold, consultationFor: 'anna' }),
  ],
  'a conference': conference,
  'a conference of two, and somebody who rings': () => [...conference().slice(1), ringingCall(), anna({ phase: 'dialling', ...notYet })],
  'calls that are repaired': () => [
    repairing(70_000, { offline: true }),
    { ...repairing(4000), ...onHold, id: 'lena', remote: lena().remote },
  ],
  'a conference that waits for the network': () =>
    conference().map(({ id, remote }) => ({ ...repairing(9000, { offline: true }), id, remote, inConference: true })),
  'everything at once': () => [busyCall(), lena({ hold: { local: true, remote: true }, muted: true })],
  'emergency calls': () => [ringingCall({ emergency: true }), anna({ emergency: true, remote: sampleParty('', '112') })],
  'calls that have ended': () => [
    anna({ phase: 'ended', endReason: { kind: 'transferred', to: sampleParty('Ben Krause', '204') } }),
    ben({
      phase: 'referred',
      endReason: { kind: 'hung-up', by: 'remote' },
      referral: { to: sampleParty('Sofia Torres', '205'), by: null },
    }),
    lena({ phase: 'ended', endReason: { kind: 'failed', error: { code: 'call-lost', details: {} } } }),
  ],
};
