import type { SipResponse } from '#shared/sip/message.ts';
import type { Random } from '#shared/util/random.ts';
import { tagOf } from '../sip/header-edits.ts';
import { type RobotAddress, type RobotCallee, type RobotCaller, RobotDialog, robotInvite, type RobotInvite } from './robot-dialog.ts';

interface RobotInvitationOptions {
  readonly callId: string;
  readonly localTag: string;
  readonly callee: RobotCallee;
  readonly caller: RobotCaller;
  /** The offer. */
  readonly sdp: string;
  readonly address: RobotAddress;
  readonly random: Random;
  readonly send: (message: Uint8Array) => void;
}

/** What an answer to the INVITE means for the call. */
export type InvitationNews =
  | { readonly kind: 'progress'; readonly status: number }
  | { readonly kind: 'answered'; readonly status: number; readonly dialog: RobotDialog; readonly sdp: Uint8Array }
  | { readonly kind: 'refused'; readonly status: number };

/** An INVITE that a robot sent: acknowledges every final answer, and hangs up those that nobody waits for any more. */
export class RobotInvitation {
  readonly #options: RobotInvitationOptions;
  readonly #invite: RobotInvite;
  /** Tags of those at whom it rings. */
  readonly #earlyTags = new Set<string>();
  #dialog: RobotDialog | undefined;
  #cancelled = false;

  constructor(options: RobotInvitationOptions) {
    this.#options = options;
    this.#invite = robotInvite({ ...options, tag: options.localTag }, options.address, options.random, options.sdp);
  }

  start(): void {
    this.#options.send(this.#invite.message);
  }

  /** Whether it rings at whoever has this tag. */
  ringsAt(tag: string): boolean {
    return this.#dialog === undefined && !this.#cancelled && this.#earlyTags.has(tag);
  }

  /** False when that was done before. */
  cancel(): boolean {
    if (this.#cancelled) return false;
    this.#cancelled = true;
    this.#options.send(this.#invite.cancel());
    return true;
  }

  /** @returns undefined when the answer changes nothing */
  receive(response: SipResponse): InvitationNews | undefined {
    const { status } = response;
    if (status < 200) {
      this.#earlyTags.add(tagOf(response.to) ?? '');
      return { kind: 'progress', status };
    }
    if (status < 300) return this.#accepted(response);
    this.#options.send(this.#invite.acknowledgeRefusal(response));
    return this.#dialog === undefined ? { kind: 'refused', status } : undefined;
  }

  #accepted(response: SipResponse): InvitationNews | undefined {
    const { localTag, address, random, send } = this.#options;
    const { sequence } = response.cseq;
    const present = this.#dialog;
    if (present !== undefined && present.remoteTag === tagOf(response.to)) {
      send(present.acknowledge(sequence));
      return undefined;
    }
    const dialog = new RobotDialog(response, localTag, address, random);
    send(dialog.acknowledge(sequence));
    if (present === undefined && !this.#cancelled) {
      this.#dialog = dialog;
      return { kind: 'answered', status: response.status, dialog, sdp: response.body };
    }
    // a second device answered at the same moment, or the answer crossed our CANCEL
    send(dialog.bye());
    return present === undefined ? { kind: 'refused', status: 487 } : undefined;
  }
}
