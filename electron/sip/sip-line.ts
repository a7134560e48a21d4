import type { CallId, Party, Roster } from '#shared/calls/call.ts';
import type { FarEndNews } from '#shared/calls/far-end-news.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import type { AutoAnswerRequest } from '#shared/sip/auto-answer.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { OfferOptions } from '#shared/media/media.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';
import type { FlowPath } from '#shared/network/path.ts';

/** What the far end or the network did to one call. Every command's outcome arrives here too; commands do not throw for it. */
export type SipCallEvent = { readonly call: CallId } & (
  | {
      readonly type: 'invite-received';
      readonly remote: Party;
      readonly redirectedBy: Party | null;
      /** Whom the caller wanted when that is not simply us. */
      readonly calledAs: Party | null;
      /** The caller asks that the call be taken at once; whether that is allowed is decided elsewhere. */
      readonly autoAnswer: AutoAnswerRequest | null;
      readonly hasOffer: boolean;
    }
  /** A final answer of 300 and above to our first INVITE; `error` is null for busy (486, 600), decline (603) and no answer (408 by the far end, 480). */
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly reasonPhrase: string;
      /** The far end says that the call was ended in the normal course (Reason `Q.850;cause=16`), not that somebody refused it. */
      readonly cleared: boolean;
      readonly who: Party | null;
      readonly error: ErrorReport | null;
    }
  /** The far end is a conference (`isfocus`, RFC 4579); every change of its roster (RFC 4575). */
  | { readonly type: 'roster-changed'; readonly roster: Roster }
  /** Outcome of `repair`: the new descriptions are in force (media follows), or the far end refused. */
  | { readonly type: 'repair-negotiated'; readonly strategy: RepairStrategy }
  | { readonly type: 'repair-failed'; readonly strategy: RepairStrategy; readonly error: ErrorReport }
  | FarEndNews
);

/** Offer and answer by the media window (RFC 3264). `peer` names one peer connection. Rejections are `AppError`s. */
export interface MediaDescriptions {
  createOffer(peer: string, options: OfferOptions): Promise<string>;
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

export interface InviteOptions {
  /** CLIR: `Privacy: id` and an anonymous From (RFC 3323, RFC 3325). */
  readonly anonymous: boolean;
  /** Number to be shown instead of our own (P-Preferred-Identity and From); null: our own. */
  readonly shownNumber: string | null;
  /** Dialled for a referral of this call: its subscription is told the progress, Referred-By and a Replaces of the Refer-To go along. */
  readonly referral: CallId | null;
  /** A dialog to be picked up while it rings elsewhere (Replaces with `early-only`, RFC 3891 section 4). */
  readonly pickUp: DialogState | null;
}

/** What a far end is asked to call (REFER). */
export type ReferTarget =
  | { readonly kind: 'blind'; readonly target: string }
  /** Its own or another call of this line: Refer-To with Replaces. While that one still rings and its server cannot do it: CANCEL and blind. */
  | { readonly kind: 'attended'; readonly call: CallId };

/** What became of the dialogs of a watched address (RFC 4235). */
export interface WatchChanged {
  readonly target: string;
  /** `refused`: the server does not tell about this address. */
  readonly status: 'pending' | 'active' | 'refused';
  readonly dialogs: readonly DialogState[];
}

export interface MessageReceived {
  readonly from: Party;
  readonly text: string;
}

/** Why a line connects anew. After `resumed` no socket is believed; otherwise the flow that stands is kept until a new one is registered. */
export type ReconnectReason = 'asked' | 'network-changed' | 'resumed';

/** A pinned certificate was seen whole: kept with the account, it spares a handshake. */
export interface CertificateLearned {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly certificate: string;
}

/** One account's line: registration and its calls. */
export interface SipLine extends Disposable {
  readonly account: Account;
  readonly registration: RegistrationStatus;
  readonly onRegistrationChanged: Event<RegistrationStatus>;
  readonly onCallEvent: Event<SipCallEvent>;
  readonly onCallPeerChanged: Event<CallPeerChanged>;
  readonly onWatchChanged: Event<WatchChanged>;
  /** A pager message (RFC 3428), answered with 200. */
  readonly onMessage: Event<MessageReceived>;

  /** Every time that a new flow is registered, with where it runs: dialogs use it from now on. */
  readonly onFlowReady: Event<FlowPath>;
  readonly onCertificateLearned: Event<CertificateLearned>;

  /** Connects and registers; goes on trying until `unregister` or `dispose`. Ends standing by. */
  start(): void;
  /** Tries all addresses anew, at once. */
  reconnect(why: ReconnectReason): void;
  /** Registers and removes the bindings of all other devices of this number. */
  takeOver(): void;
  /** Removes our binding and stays connected: calls ring elsewhere, everything else goes on. */
  standBy(): void;
  /**
   * Asks a server of the account over a connection of its own what it thinks of the account: by a REGISTER that is taken back, or by a
   * query while the line is registered or stands by. The line itself is not touched. Never rejects; no answer is `connection-timed-out`.
   */
  probeRegistration(server: Server, signal: AbortSignal): Promise<RegistrationProbe>;
  /** Orderly removal: un-REGISTER, at most two seconds, then the flow is closed. Never rejects. */
  unregister(): Promise<void>;

  /** `target`: what is dialled (digits, `*`, `#`, `+`) or a SIP URI. */
  invite(call: CallId, target: string, options: InviteOptions): void;
  /** 180 Ringing, and the answer is prepared meanwhile. */
  sendRinging(call: CallId): void;
  accept(call: CallId): void;
  /** Incoming call: 486 busy here, 603 decline, 480 temporarily unavailable. */
  reject(call: CallId, status: 480 | 486 | 603): void;
  /** Incoming call: 302 with `target` as Contact and a Diversion of ours. */
  redirect(call: CallId, target: string, why: 'unconditional' | 'user-busy' | 'no-answer' | 'deflection'): void;
  /** Ends the call in whatever state it is: CANCEL, BYE, or a refusal. */
  hangUp(call: CallId): void;
  setHold(call: CallId, held: boolean): void;
  /** As telephone events, or by INFO with `application/dtmf-relay`. */
  sendDtmf(call: CallId, digits: string, by: 'rtp' | 'info'): void;
  /** Asks the far end to call somebody else. One at a time for a call; the outcome arrives as events. */
  refer(call: CallId, to: ReferTarget): void;
  /** `accept`: the INVITE follows by `invite` with this call as its referral. Otherwise 603. */
  answerReferral(call: CallId, accept: boolean): void;
  /** Rejects with an AppError (`message-not-delivered`, `not-registered`). */
  sendMessage(target: string, text: string): Promise<void>;
  /** Watches the dialogs of an address until disposed; several watches of one address share one subscription. */
  watch(target: string): Disposable;
  repair(call: CallId, strategy: RepairStrategy): void;
  /** `Server` or `User-Agent` of the far end of a call, empty when it said none. */
  farEndProduct(call: CallId): string;
  /** Call-IDs of the SIP dialogs of a call, the newest last; keys of the ladder. */
  sipCallIds(call: CallId): readonly string[];
}
