import type { Call, CallEvent, LiveCall, Step } from './call-state.ts';
import { changed, isInTransfer, isUnansweredOutgoing, same, troubled } from './call-facts.ts';

/** Whoever was called by the other far end says good-bye to us well within this time. */
export const handoverMs = 3_000;

/** Events that leave the phase of a call as it is. */
const sideEvents = [
  ...(['send-dtmf', 'digits-failed', 'answer-referral', 'referral-received', 'referral-withdrawn'] as const),
  ...(['set-recording', 'recording-started', 'recording-failed'] as const),
  ...(['join-conference', 'leave-conference', 'set-silenced'] as const),
  ...(['consultation-freed', 'handed-over', 'handover-undone', 'handover-done', 'troubled'] as const),
  ...(['microphone-failed', 'microphone-recovered'] as const),
] satisfies readonly CallEvent['type'][];

export type SideEvent = Extract<CallEvent, { type: (typeof sideEvents)[number] }>;

const sideTypes: ReadonlySet<string> = new Set(sideEvents);

export function isSideEvent(event: CallEvent): event is SideEvent {
  return sideTypes.has(event.type);
}

/** What goes on beside the life of a call: digits, referral, recording, conference, and what other calls mean for it. */
export function sideStep(call: LiveCall, event: SideEvent, now: number): Step {
  switch (event.type) {
    case 'send-dtmf': {
      if (call.phase !== 'connected' && call.phase !== 'early-media') return same(call);
      const { digits, by } = event;
      return changed({ ...call, sentDigits: call.sentDigits + digits }, { type: 'send-digits', digits, by });
    }
    case 'digits-failed':
      return troubled({ ...call, sentDigits: without(call.sentDigits, event.digits) }, event.error);
    case 'referral-received':
      return call.phase === 'connected' ? changed({ ...call, referral: event.referral }) : same(call);
    case 'referral-withdrawn':
      return call.phase === 'connected' && call.referral !== null ? changed({ ...call, referral: null }) : same(call);
    case 'answer-referral':
      if (call.phase !== 'connected' || call.referral === null) return same(call);
      return changed({ ...call, referral: null }, { type: 'send-referral-answer', accept: event.accept });
    case 'set-recording':
      if (call.phase !== 'connected' || (call.recording !== null) === event.on) return same(call);
      if (!event.on) return changed({ ...call, recording: null });
      return changed({ ...call, recording: { since: null } }, { type: 'start-recording' });
    case 'recording-started':
      if (call.phase !== 'connected' || call.recording === null || call.recording.since !== null) return same(call);
      return changed({ ...call, recording: { since: now } });
    case 'recording-failed':
      if (call.phase !== 'connected' || call.recording === null) return same(call);
      return troubled({ ...call, recording: null }, event.error);
    case 'join-conference':
      if (call.conference !== null || !mayBeMember(call)) return same(call);
      return changed({ ...call, conference: { silenced: false }, consultationFor: null });
    case 'leave-conference':
      return call.conference === null ? same(call) : changed({ ...call, conference: null });
    case 'set-silenced':
      if (call.conference === null || call.conference.silenced === event.silenced) return same(call);
      return changed({ ...call, conference: { silenced: event.silenced } });
    case 'consultation-freed':
      return call.consultationFor === null ? same(call) : changed({ ...call, consultationFor: null });
    case 'handed-over':
      return changed({ ...call, handover: { to: event.to, done: false } });
    case 'handover-undone':
      return call.handover === null ? same(call) : changed({ ...call, handover: null });
    case 'handover-done': {
      if (call.handover === null || call.handover.done) return same(call);
      return changed(
        { ...call, handover: { ...call.handover, done: true } },
        { type: 'set-deadline', name: 'handover', afterMs: handoverMs },
      );
    }
    case 'troubled':
      return troubled(call, event.error);
    case 'microphone-failed':
      return changed({ ...call, microphoneError: event.error });
    case 'microphone-recovered':
      return call.microphoneError === null ? same(call) : changed({ ...call, microphoneError: null });
  }
}

/** Whoever is still called joins once there. An emergency centre hears nobody but the person. */
export function mayBeMember(call: Call): boolean {
  return !call.emergency && (isUnansweredOutgoing(call) || (call.phase === 'connected' && !isInTransfer(call)));
}

/** The digits without the last ones that read so. */
function without(sent: string, digits: string): string {
  const at = sent.lastIndexOf(digits);
  return at < 0 ? sent : sent.slice(0, at) + sent.slice(at + digits.length);
}
