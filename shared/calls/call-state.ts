import type { ErrorReport } from '../errors/app-error.ts';
import type { CallId, EndReason, Hold, Party, Referral, RepairCause, RepairNote, RepairStep } from './call.ts';
import type { FarEndNews } from './far-end-news.ts';

/** Steps that the SIP room takes. */
export type RepairStrategy = Exclude<RepairStep, 'reopen-audio'>;

/** What a repair depends on beside the call itself. */
export interface RepairMeans {
  /** `Server` or `User-Agent` of the far end. */
  readonly farEndProduct: string;
  /** Whether a TURN server is set up. */
  readonly hasRelay: boolean;
}

/** What is true of a call in every phase. */
export interface CallFacts {
  readonly id: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly remote: Party;
  readonly redirectedBy: Party | null;
  readonly calledAs: Party | null;
  /** Exactly what was dialled; empty for incoming calls. */
  readonly dialled: string;
  /** What the call is for: its failure is told in these words. */
  readonly errand: Errand;
  readonly emergency: boolean;
  readonly anonymous: boolean;
  readonly autoAnswered: boolean;
  /** The call on whose behalf this one asks somebody. */
  readonly consultationFor: CallId | null;
  /** The call whose far end asked for this one (REFER): it waits until this one stands. */
  readonly referredBy: CallId | null;
  /**
   * Another call's far end, `to`, was asked to call the far end of this one: when this one goes now, they have found each other. `done`:
   * the other one has gone already.
   */
  readonly handover: { readonly to: Party; readonly done: boolean } | null;
  /** Member of the conference that is mixed here. */
  readonly conference: { readonly silenced: boolean } | null;
  /** Wall time in ms. */
  readonly startedAt: number;
  readonly muted: boolean;
  readonly hold: Hold;
  /** The hold that was asked for and is not negotiated yet; null when none is under way. */
  readonly holdWish: boolean | null;
  readonly sentDigits: string;
  readonly microphoneError: ErrorReport | null;
  /** What a verb could not do; goes with the next verb or its deadline. */
  readonly trouble: ErrorReport | null;
  /** Whether the media path stood at least once; on the answering side that can be before the call does. */
  readonly mediaStood: boolean;
  /** Whether the line reaches its server: while it does not, nothing that is said arrives. */
  readonly reachable: boolean;
  /** The latest steps that were tried to bring sound back, the oldest first. */
  readonly repairs: readonly RepairNote[];
  /** The tone that plays for this call now; started and stopped by effects, exactly once each. */
  readonly tone: CallTone | null;
}

export type Errand = 'call' | 'pick-up' | 'retrieve';

export type CallTone = 'ring' | 'call-waiting' | 'ringback';

/** What happens to a ringing call without anybody's doing. */
export interface RingingPlan {
  /** It is taken after so long, with the microphone as the person has chosen. */
  readonly autoAnswer: { readonly afterMs: number; readonly muted: boolean } | null;
  /** It is sent on after so long. */
  readonly noAnswer: { readonly afterMs: number; readonly target: string } | null;
}

/** What only a call that stands can have. */
export interface Talk {
  /** Wall time in ms. */
  readonly connectedAt: number;
  readonly repair: Repair | null;
  readonly transfer: TransferUnderWay | null;
  /** The far end's wish that we call somebody, not answered yet. */
  readonly referral: Referral | null;
  /** `since`: wall time in ms; null while its file is being opened. */
  readonly recording: { readonly since: number | null } | null;
}

/** What a far end is asked to call (REFER): an address, or the far end of another call of ours. */
export type TransferTarget = { readonly kind: 'blind'; readonly target: string } | { readonly kind: 'attended'; readonly call: CallId };

/**
 *     holding --held, refused, or its deadline--> asked --202--> accepted --180--> ringing
 *                                                   |               |                |
 *                                                   +-------+-------+----------------+
 *                                                    failed |               | 2xx, or the far end's BYE after the 202
 *                                                           v               v
 *                     the caller is taken back <-------- failed           the call ends as transferred
 *
 * `failed` lasts until the caller can hear us again: a BYE meanwhile means that the caller was lost by the transfer.
 */
export interface TransferUnderWay {
  readonly to: Party;
  readonly target: TransferTarget;
  /** The place the call is put into, empty when the server chooses; null for a transfer to somebody. */
  readonly slot: string | null;
  readonly stage: 'holding' | 'asked' | 'accepted' | 'ringing' | 'failed';
}

/** A repair that is under way; its states are drawn in `repair-steps.ts`. */
export interface Repair {
  /** Wall time in ms. */
  readonly since: number;
  readonly cause: RepairCause;
  readonly means: RepairMeans;
  /** What was tried last; null while the line does not reach its server. */
  readonly step: RepairStep | null;
  /** The place of the step in its plan, from 0. */
  readonly attempt: number;
  /** The descriptions of the step are in force. */
  readonly negotiated: boolean;
}

/**
 * One call.
 *
 *                 dial                                    INVITE received -------- busy, not disturbed, forwarded
 *                  |                                            |                               |
 *              dialling --180--> ringing-out               ringing-in --answer, by itself--> answering
 *                  |  \             |     |                  |    |                  | ACK      |
 *                  |   \--183 SDP-> early-media              |    |                  v          |
 *                  |                |                        |    |             connected <---+ |
 *                  +------2xx-------+------------------------|----|-----------> connected     | | repair, hold, transfer,
 *                  |                |                        |    |                  | |      | | recording
 *               hang up          hang up   decline, deflect, |    |               hang up, ---+ |
 *                  |                |      no-answer forward |    |               transferred   |
 *                  +----------------+------> ending <--------+----|------------------+----------+
 *                                              | closed, or its deadline
 *                                              v
 *     rejected, cancelled, terminated, failed: ended  (from every phase but `ended`)
 *
 *     connected --BYE, while a referral waits--> referred --answered, withdrawn, or its deadline--> ended
 */
export type Call =
  | (CallFacts & { readonly phase: 'dialling' | 'ringing-out' | 'early-media' | 'answering' })
  | (CallFacts & { readonly phase: 'ringing-in'; readonly plan: RingingPlan })
  | (CallFacts & Talk & { readonly phase: 'connected' })
  | (CallFacts & { readonly phase: 'ending'; readonly connectedAt: number | null; readonly reason: EndReason })
  | (CallFacts & Over & { readonly phase: 'referred'; readonly referral: Referral })
  | (CallFacts & Over & { readonly phase: 'ended' });

/** How a call went that is over, and when it was. Wall times in ms. */
interface Over {
  readonly connectedAt: number | null;
  readonly reason: EndReason;
  readonly endedAt: number;
}

/** A call that nobody has given up yet. */
export type LiveCall = Exclude<Call, { phase: 'ending' | 'referred' | 'ended' }>;
/** Nobody is at the other end any more. */
export type OverCall = Extract<Call, { phase: 'referred' | 'ended' }>;
export type ConnectedCall = Extract<Call, { phase: 'connected' }>;
export type EndedCall = Extract<Call, { phase: 'ended' }>;
export type LivePhase = LiveCall['phase'];

/** What a person asks of one call, by whatever surface. */
export type CallVerb =
  | { readonly type: 'answer' }
  | { readonly type: 'decline'; readonly as: DeclineKind }
  | { readonly type: 'deflect'; readonly target: string }
  | { readonly type: 'hang-up' }
  | { readonly type: 'set-muted'; readonly muted: boolean }
  | { readonly type: 'set-held'; readonly held: boolean }
  | { readonly type: 'send-dtmf'; readonly digits: string; readonly by: 'rtp' | 'info' }
  /** `holdFirst`: whoever is transferred hears music and not what is said here meanwhile. */
  | {
      readonly type: 'transfer';
      readonly to: Party;
      readonly target: TransferTarget;
      readonly slot: string | null;
      readonly holdFirst: boolean;
    }
  | { readonly type: 'answer-referral'; readonly accept: boolean }
  | { readonly type: 'set-recording'; readonly on: boolean }
  | { readonly type: 'join-conference' }
  | { readonly type: 'leave-conference' }
  | { readonly type: 'set-silenced'; readonly silenced: boolean };

export type DeclineKind = 'declined' | 'busy' | 'unavailable';

/** What happened: a person's verb, what other calls mean for this one, the SIP room's news, the media room's news, or a deadline. */
export type CallEvent =
  | CallVerb
  /** The call it was a consultation for is over: it goes on by itself. */
  | { readonly type: 'consultation-freed' }
  | { readonly type: 'handed-over'; readonly to: Party }
  | { readonly type: 'handover-undone' }
  | { readonly type: 'handover-done' }
  | { readonly type: 'troubled'; readonly error: ErrorReport }
  /** It may not be taken by itself after all: it rings like any other. */
  | { readonly type: 'auto-answer-dropped'; readonly tone: CallTone }
  | FarEndNews
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly cleared: boolean;
      readonly who: Party | null;
      readonly error: ErrorReport | null;
    }
  | { readonly type: 'repair-negotiated'; readonly strategy: RepairStrategy }
  | { readonly type: 'repair-failed'; readonly strategy: RepairStrategy }
  /** The line reaches its server no more, or again. */
  | { readonly type: 'reach-changed'; readonly reachable: boolean }
  /** A new peer connection serves the call: after a repair, or because the far end took the call over. */
  | { readonly type: 'peer-changed' }
  | { readonly type: 'media-connected' }
  /** Media is proved to run; `sound-watch.ts` says what proves it. */
  | { readonly type: 'sound-returned' }
  | { readonly type: 'media-lost'; readonly cause: RepairCause; readonly means: RepairMeans }
  | { readonly type: 'microphone-failed'; readonly error: ErrorReport }
  | { readonly type: 'microphone-recovered' }
  | { readonly type: 'recording-started' }
  | { readonly type: 'recording-failed'; readonly error: ErrorReport }
  | { readonly type: 'deadline'; readonly name: DeadlineName; readonly means: RepairMeans };

export type CallEventType = CallEvent['type'];

/**
 * `ending`: the far end did not confirm our good-bye. `repair`: sound did not come back after a repair step.
 * `not-answered`: nobody took an outgoing call for so long that nobody will. `media`: an answered call has no media path yet.
 * `auto-answer`, `no-answer`: a ringing call's plan. `transfer`: the far end neither went nor came back.
 * `handover`: both far ends talk with each other, but this one has not said good-bye. `trouble`: it was told long enough.
 * `referral`: whoever wanted us to call somebody has gone, and nobody has answered that.
 */
export const deadlineNames = [
  'ending',
  'repair',
  'not-answered',
  'media',
  'auto-answer',
  'no-answer',
  'transfer',
  'handover',
  'trouble',
  'referral',
] as const;
export type DeadlineName = (typeof deadlineNames)[number];

/** What the edge must do. Orders, in this order. */
export type CallEffect =
  | { readonly type: 'send-invite' }
  | { readonly type: 'send-ringing' }
  | { readonly type: 'accept' }
  | { readonly type: 'reject'; readonly status: 480 | 486 | 603 }
  | { readonly type: 'redirect'; readonly target: string; readonly why: ForwardWhy }
  | { readonly type: 'hang-up-sip' }
  | { readonly type: 'hold-sip'; readonly held: boolean }
  | { readonly type: 'send-digits'; readonly digits: string; readonly by: 'rtp' | 'info' }
  | { readonly type: 'refer'; readonly to: TransferTarget }
  | { readonly type: 'send-referral-answer'; readonly accept: boolean }
  | { readonly type: 'repair-sip'; readonly strategy: RepairStrategy }
  | { readonly type: 'reopen-audio' }
  | { readonly type: 'start-audio' }
  | { readonly type: 'apply-muted'; readonly muted: boolean }
  | { readonly type: 'start-tone'; readonly tone: CallTone }
  | { readonly type: 'stop-tone' }
  /** A tone that ends by itself. */
  | { readonly type: 'play-tone'; readonly tone: 'auto-answer' }
  | { readonly type: 'start-recording' }
  /** Another peer connection serves the call: it is recorded from there. */
  | { readonly type: 'move-recording' }
  | { readonly type: 'stop-recording' }
  | { readonly type: 'set-deadline'; readonly name: DeadlineName; readonly afterMs: number }
  | { readonly type: 'clear-deadline'; readonly name: DeadlineName }
  /** Notes the call so that the call list has it if this process dies. */
  | { readonly type: 'write-draft' }
  | { readonly type: 'write-history' };

export type ForwardWhy = Extract<EndReason, { kind: 'forwarded' }>['why'];

export interface Step {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}
