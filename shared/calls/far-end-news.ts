import type { ErrorReport } from '../errors/app-error.ts';
import type { Party, Referral } from './call.ts';

/** What the far end or the network did to a call, as the line tells it and the call takes it. */
export type FarEndNews =
  /** 100: the server has the INVITE. */
  | { readonly type: 'trying' }
  /** 180 without early media. */
  | { readonly type: 'ringing' }
  /** A provisional answer with a session description: the far end can be heard. */
  | { readonly type: 'early-media' }
  /** Outgoing: 2xx received and applied. Incoming: ACK received. The name may have changed (P-Asserted-Identity). */
  | { readonly type: 'established'; readonly remote: Party | null }
  /** CANCEL, or a BYE before we answered. `who` took it elsewhere, when the server said so. */
  | { readonly type: 'cancelled'; readonly answeredElsewhere: boolean; readonly who: Party | null }
  /** Outgoing: 3xx, followed by an INVITE to the new target (RFC 3261 section 8.1.3.4), or 181. */
  | { readonly type: 'redirected'; readonly to: Party }
  /** Somebody else is at the far end now: a transfer behind the server, a pickup, a takeover (RFC 3891), or a new asserted identity (RFC 5876). */
  | { readonly type: 'remote-changed'; readonly remote: Party }
  /** Outcome of `refer`: the far end took the request (202), tells how far it is (NOTIFY, `message/sipfrag`), and how it ended. */
  | { readonly type: 'transfer-accepted' }
  | { readonly type: 'transfer-ringing' }
  | { readonly type: 'transfer-succeeded' }
  | { readonly type: 'transfer-failed'; readonly error: ErrorReport }
  /**
   * REFER received, in the dialog or outside of it (Target-Dialog, RFC 4538); to be answered by `answerReferral`, also after the far
   * end's BYE (`terminated` by `remote`).
   */
  | { readonly type: 'referral-received'; readonly referral: Referral }
  /** It is void: it waited too long, or the call was lost. The one event that may follow the far end's BYE. */
  | { readonly type: 'referral-withdrawn' }
  /** INFO digits were refused or nobody takes telephone events: nothing was sent. */
  | { readonly type: 'digits-failed'; readonly digits: string; readonly error: ErrorReport }
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
  | { readonly type: 'local-hold-failed'; readonly held: boolean; readonly error: ErrorReport };
