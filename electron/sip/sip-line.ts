import type { CallId, Party } from '#shared/calls/call.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';

/** What the far end or the network did to one call. Every command's outcome arrives here too; commands do not throw for it. */
export type SipCallEvent = { readonly call: CallId } & (
  | { readonly type: 'invite-received'; readonly remote: Party; readonly redirectedBy: Party | null; readonly hasOffer: boolean }
  /** 100: the server has the INVITE. */
  | { readonly type: 'trying' }
  /** 180 without early media. */
  | { readonly type: 'ringing' }
  /** A provisional answer with a session description: the far end can be heard. */
  | { readonly type: 'early-media' }
  /** Outgoing: 2xx received and applied. Incoming: ACK received. The name may have changed (P-Asserted-Identity). */
  | { readonly type: 'established'; readonly remote: Party | null }
  /** CANCEL, or a BYE before we answered. */
  | { readonly type: 'cancelled'; readonly answeredElsewhere: boolean }
  /** A final answer of 300 and above to our first INVITE; `error` is null for busy (486, 600), decline (603) and no answer (408 by the far end, 480). */
  | { readonly type: 'rejected'; readonly status: number; readonly reasonPhrase: string; readonly error: ErrorReport | null }
  /** BYE received, or the dialog is gone (481, 408 to a request in it). */
  | { readonly type: 'terminated'; readonly by: 'remote' | 'network' }
  /** Our BYE, CANCEL or refusal is done. */
  | { readonly type: 'closed' }
  /** Something on our side broke the call before it stood (no microphone window, no codec in common). */
  | { readonly type: 'failed'; readonly error: ErrorReport }
  /** The far end put us on hold or took us back (direction of its last offer or answer). */
  | { readonly type: 'remote-hold-changed'; readonly held: boolean }
  /** Outcome of `setHold`. */
  | { readonly type: 'local-hold-changed'; readonly held: boolean }
  | { readonly type: 'local-hold-failed'; readonly held: boolean; readonly error: ErrorReport }
  /** Outcome of `repair`: the new descriptions are in force (media follows), or the far end refused. */
  | { readonly type: 'repair-negotiated'; readonly strategy: RepairStrategy }
  | { readonly type: 'repair-failed'; readonly strategy: RepairStrategy; readonly error: ErrorReport }
);

/** Offer and answer by the media window (RFC 3264). `peer` names one peer connection. Rejections are `AppError`s. */
export interface MediaDescriptions {
  createOffer(peer: string, options: { readonly iceRestart: boolean; readonly hold: boolean }): Promise<string>;
  createAnswer(peer: string, offer: string, options: { readonly hold: boolean }): Promise<string>;
  applyAnswer(peer: string, sdp: string, options: { readonly provisional: boolean }): Promise<void>;
  rollback(peer: string): Promise<void>;
  sendDtmf(peer: string, digits: string): Promise<void>;
  closePeer(peer: string): void;
}

/** Which peer connection serves a call now; a repair changes it. */
export interface CallPeerChanged {
  readonly call: CallId;
  readonly peer: string;
}

/** One account's line: registration and its calls. */
export interface SipLine extends Disposable {
  readonly account: Account;
  readonly registration: RegistrationStatus;
  readonly onRegistrationChanged: Event<RegistrationStatus>;
  readonly onCallEvent: Event<SipCallEvent>;
  readonly onCallPeerChanged: Event<CallPeerChanged>;

  /** Connects and registers; goes on trying until `unregister` or `dispose`. */
  start(): void;
  /** Drops the flow and connects anew at once (network change, resume, the person's wish). */
  reconnect(): void;
  /** Orderly removal: un-REGISTER, at most two seconds, then the flow is closed. Never rejects. */
  unregister(): Promise<void>;

  /** `target`: what the person typed, already cleaned (digits, `*`, `#`, `+`) or a SIP URI. */
  invite(call: CallId, target: string): void;
  /** 180 Ringing, and the answer is prepared meanwhile. */
  sendRinging(call: CallId): void;
  accept(call: CallId): void;
  /** Incoming call: 486 busy here, 603 decline, 480 temporarily unavailable. */
  reject(call: CallId, status: 480 | 486 | 603): void;
  /** Ends the call in whatever state it is: CANCEL, BYE, or a refusal. */
  hangUp(call: CallId): void;
  setHold(call: CallId, held: boolean): void;
  sendDtmf(call: CallId, digits: string): void;
  repair(call: CallId, strategy: RepairStrategy): void;
  /** `Server` or `User-Agent` of the far end of a call, empty when it said none. */
  farEndProduct(call: CallId): string;
  /** Call-IDs of the SIP dialogs of a call, the newest last; keys of the ladder. */
  sipCallIds(call: CallId): readonly string[];
}
