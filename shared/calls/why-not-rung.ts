/** Why a call that came was not taken here, as far as this computer knows: what was done about it stands in its line of the call list. */
import type { HistoryEntry } from './history-entry.ts';
import type { RingRecord } from './ring-record.ts';

/** In words: `why.said.<kind>` in the locale files, with the values of the reason. */
export const whyKinds = [
  // what was decided about the call
  'do-not-disturb',
  'sent-on',
  'sent-on-after',
  'taken-elsewhere',
  'declined-here',
  'declined-elsewhere',
  'busy',
  'app-ended',
  'connection-lost',
  // why it was not heard
  'sound-starting',
  'sound-failed',
  'ringer-missing',
  'muted',
  'ringer-replaced',
  'call-waiting',
  'tone-late',
  'gave-up',
  // it was to be heard and seen
  'rang',
  'card-shown',
  'card-off',
  'not-kept',
] as const;
export type WhyKind = (typeof whyKinds)[number];

/** Reasons that a person can do something about: `why.do.<kind>`. */
export const whyWithAdvice = [
  'do-not-disturb',
  'sent-on',
  'sent-on-after',
  'busy',
  'app-ended',
  'connection-lost',
  'sound-starting',
  'sound-failed',
  'ringer-missing',
  'muted',
  'ringer-replaced',
  'call-waiting',
  'tone-late',
  'gave-up',
  'rang',
  'card-off',
] as const satisfies readonly WhyKind[];

export interface WhyReason {
  readonly kind: WhyKind;
  /** `party`: a name or number. `ringer`: a device. Either may be empty. `seconds`; `volume` in percent. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** Who gives up earlier gave nobody the time to take the call, in seconds. */
const shortSeconds = 3;
/** A tone that begins later was late, in ms. */
const lateToneMs = 2_000;

/** The reasons, the decisive one first; none for calls of our own and for those that were taken here. */
export function whyNotRung(entry: HistoryEntry): readonly WhyReason[] {
  if (entry.direction === 'outgoing' || entry.talkMs > 0) return [];
  const decision = decisionOf(entry);
  if (decision === undefined && entry.outcome !== 'missed') return [];
  const rest = entry.ring === null ? (decision === undefined ? [reason('not-kept')] : []) : ringingOf(entry, entry.ring);
  return decision === undefined ? rest : [decision, ...rest];
}

/** What somebody or some rule did with the call. */
function decisionOf({ outcome, party, endedBy, errorCode, ring, ringMs }: HistoryEntry): WhyReason | undefined {
  switch (outcome) {
    case 'not-disturbed':
      return reason('do-not-disturb');
    case 'forwarded':
      return ring === null || ring.tone === 'none'
        ? reason('sent-on', { party })
        : reason('sent-on-after', { party, seconds: inSeconds(ringMs) });
    case 'answered-elsewhere':
      return reason('taken-elsewhere', { party });
    case 'declined':
      return endedBy === 'local' ? reason('declined-here') : reason('declined-elsewhere', { party });
    case 'missed':
      if (errorCode === 'app-ended') return reason('app-ended');
      if (errorCode !== null) return reason('connection-lost');
      return ring?.tone === 'none' && ring.callsBefore > 0 ? reason('busy') : undefined;
    default:
      return undefined;
  }
}

/** What was to be heard and seen of it. A call that was turned away before it rang had neither. */
function ringingOf({ ringMs, outcome, errorCode }: HistoryEntry, ring: RingRecord): WhyReason[] {
  const { tone, toneAfterMs, ringer, volume } = ring;
  const card = ring.card === 'not-needed' ? [] : [reason(ring.card === 'shown' ? 'card-shown' : 'card-off')];
  const wasGivenUp = outcome === 'missed' && errorCode === null;
  if (tone === 'none') return wasGivenUp && ring.callsBefore === 0 ? [gaveUp(ringMs), ...card] : card;
  const isShort = inSeconds(ringMs) < shortSeconds;
  const gave = wasGivenUp && isShort ? [gaveUp(ringMs)] : [];
  if (toneAfterMs === null) return [...silence(ring, isShort), ...gave, ...card];
  if (ringer === null) return [reason('ringer-missing'), ...gave, ...card];
  if (volume === 0) return [reason('muted'), ...gave, ...card];
  const values = { ringer, volume: Math.round(volume * 100), seconds: inSeconds(ringMs - toneAfterMs) };
  const how = [
    ...(ring.ringerReplaced ? [reason('ringer-replaced', { ringer })] : []),
    ...(tone === 'call-waiting' ? [reason('call-waiting')] : []),
    ...(toneAfterMs > lateToneMs ? [reason('tone-late', { seconds: inSeconds(toneAfterMs) })] : []),
  ];
  return [...how, ...gave, ...(gave.length > 0 ? [] : [reason('rang', values)]), ...card];
}

/** The tone was ordered, and never said to play. */
function silence({ soundReady }: RingRecord, isShort: boolean): WhyReason[] {
  if (!soundReady) return [reason('sound-starting')];
  return isShort ? [] : [reason('sound-failed')];
}

function gaveUp(ringMs: number): WhyReason {
  return reason('gave-up', { seconds: inSeconds(ringMs) });
}

function reason(kind: WhyKind, values: WhyReason['values'] = {}): WhyReason {
  return { kind, values };
}

function inSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
