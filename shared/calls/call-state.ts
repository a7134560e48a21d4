import type { ErrorReport } from '../errors/app-error.ts';
import type { CallId, EndReason, Hold, Party } from './call.ts';

/**
 * How to bring sound back. `restart-ice`: re-INVITE on the same peer connection. `renegotiate`: re-INVITE on a new peer
 * connection. `replace`: a new INVITE with Replaces of our own dialog (RFC 3891), for servers that do not renegotiate
 * DTLS on a new peer connection.
 */
export type RepairStrategy = 'restart-ice' | 'renegotiate' | 'replace';

/** What is true of a call in every phase. */
export interface CallFacts {
  readonly id: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly remote: Party;
  readonly redirectedBy: Party | null;
  /** Wall time in ms. */
  readonly startedAt: number;
  readonly muted: boolean;
  readonly hold: Hold;
  /** The hold that was asked for and is not negotiated yet; null when none is under way. */
  readonly holdWish: boolean | null;
  readonly sentDigits: string;
  readonly microphoneError: ErrorReport | null;
  /** Whether the media path stood at least once; on the answering side that can be before the call does. */
  readonly mediaStood: boolean;
  /** The tone that plays for this call now; started and stopped by effects, exactly once each. */
  readonly tone: CallTone | null;
}

export type CallTone = 'ring' | 'call-waiting' | 'ringback';

/** A repair that is under way: since when (wall ms), what was tried last, and how often in all. */
export interface Repair {
  readonly since: number;
  readonly cause: RepairCause;
  readonly strategy: RepairStrategy;
  readonly attempt: number;
}

/**
 * `window-lost`: the peer connection is gone. `path-lost`: it stands, but its ICE or DTLS failed. `path-missing`: the call was
 * answered and its path never came to stand, of which WebRTC itself says nothing when only DTLS is stuck.
 */
export type RepairCause = 'window-lost' | 'path-lost' | 'path-missing';

/**
 * One call.
 *
 *                 dial                                    INVITE received
 *                  |                                            |
 *              dialling --180--> ringing-out               ringing-in --answer--> answering
 *                  |  \             |     |                  |    |                  | ACK
 *                  |   \--183 SDP-> early-media              |    |                  v
 *                  |                |                        |    |             connected <---+
 *                  +------2xx-------+------------------------|----|-----------> connected     | repair
 *                  |                |                        |    |                  | |      | (stays connected)
 *               hang up          hang up                  decline |               hang up ----+
 *                  |                |                        |    |                  |
 *                  +----------------+------> ending <--------+----|------------------+
 *                                              | closed, or its deadline
 *                                              v
 *     rejected, cancelled, terminated, failed: ended  (from every phase but `ended`)
 */
export type Call =
  | (CallFacts & { readonly phase: 'dialling' | 'ringing-out' | 'early-media' | 'ringing-in' | 'answering' })
  | (CallFacts & { readonly phase: 'connected'; readonly connectedAt: number; readonly repair: Repair | null })
  | (CallFacts & { readonly phase: 'ending'; readonly connectedAt: number | null; readonly reason: EndReason })
  | (CallFacts & { readonly phase: 'ended'; readonly connectedAt: number | null; readonly reason: EndReason; readonly endedAt: number });

export type LivePhase = Exclude<Call['phase'], 'ending' | 'ended'>;

/** What happened: a person's verb, the SIP room's news, the media room's news, or a deadline. */
export type CallEvent =
  | { readonly type: 'answer' }
  | { readonly type: 'decline' }
  | { readonly type: 'hang-up' }
  | { readonly type: 'set-muted'; readonly muted: boolean }
  | { readonly type: 'set-held'; readonly held: boolean }
  | { readonly type: 'send-dtmf'; readonly digits: string }
  | { readonly type: 'trying' }
  | { readonly type: 'ringing' }
  | { readonly type: 'early-media' }
  | { readonly type: 'established'; readonly remote: Party | null }
  | { readonly type: 'cancelled'; readonly answeredElsewhere: boolean }
  | { readonly type: 'rejected'; readonly status: number; readonly error: ErrorReport | null }
  | { readonly type: 'terminated'; readonly by: 'remote' | 'network' }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  | { readonly type: 'remote-hold-changed'; readonly held: boolean }
  | { readonly type: 'local-hold-changed'; readonly held: boolean }
  | { readonly type: 'local-hold-failed'; readonly held: boolean }
  | { readonly type: 'repair-negotiated' }
  | { readonly type: 'repair-failed' }
  /** A new peer connection serves the call: after a repair, or because the far end took the call over. */
  | { readonly type: 'peer-changed' }
  | { readonly type: 'media-connected' }
  | { readonly type: 'media-lost'; readonly cause: RepairCause; readonly farEndProduct: string }
  | { readonly type: 'microphone-failed'; readonly error: ErrorReport }
  | { readonly type: 'microphone-recovered' }
  | { readonly type: 'deadline'; readonly name: DeadlineName; readonly farEndProduct: string };

export type CallEventType = CallEvent['type'];

/**
 * `ending`: the far end did not confirm our good-bye. `repair`: sound did not come back after a repair step.
 * `not-answered`: nobody took an outgoing call for so long that nobody will. `media`: an answered call has no media path yet.
 */
export const deadlineNames = ['ending', 'repair', 'not-answered', 'media'] as const;
export type DeadlineName = (typeof deadlineNames)[number];

/** What the edge must do. Orders, in this order. */
export type CallEffect =
  | { readonly type: 'send-invite' }
  | { readonly type: 'send-ringing' }
  | { readonly type: 'accept' }
  | { readonly type: 'reject'; readonly status: 486 | 603 }
  | { readonly type: 'hang-up-sip' }
  | { readonly type: 'hold-sip'; readonly held: boolean }
  | { readonly type: 'send-digits'; readonly digits: string }
  | { readonly type: 'repair-sip'; readonly strategy: RepairStrategy }
  | { readonly type: 'start-audio' }
  | { readonly type: 'apply-muted'; readonly muted: boolean }
  | { readonly type: 'start-tone'; readonly tone: CallTone }
  | { readonly type: 'stop-tone' }
  | { readonly type: 'set-deadline'; readonly name: DeadlineName; readonly afterMs: number }
  | { readonly type: 'clear-deadline'; readonly name: DeadlineName }
  | { readonly type: 'write-history' };

export interface Step {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}
