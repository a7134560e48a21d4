import { AppError } from '#shared/errors/app-error.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { type RobotAddress, type RobotCallee, type RobotCaller, RobotDialog, robotResponse } from './robot-dialog.ts';
import { RobotInvitation } from './robot-invitation.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';
import { RobotNegotiation } from './robot-negotiation.ts';

export interface RobotCallOptions {
  readonly callId: string;
  /** Key of the call's media: two robots that talk to each other have one Call-ID. */
  readonly mediaId: string;
  readonly address: RobotAddress;
  readonly sound: RobotSound;
  readonly media: RobotMedia;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly send: (message: Uint8Array) => void;
  /** Asked to call somebody (REFER); whoever takes it answers it. */
  readonly onReferred: (request: SipRequest) => void;
  /** Answers to our INVITE, of 101 and above. */
  readonly onAnswered: (status: number) => void;
  readonly onEnded: () => void;
}

/** How long the ACK to our 200 may take before the call is given up (RFC 3261 section 13.3.1.4). */
const ackWaitMs = 32_000;
/** How long a cancelled INVITE may take to say so (RFC 3261 section 9.1). */
const finalWaitMs = 32_000;
/** How long a robot that calls lets it ring. */
const patienceMs = 30_000;

/**
 * One call of a robot, called or calling.
 *
 *   called:  ringing --answer--> answering --200--> confirmed --BYE--> ended
 *   calling: inviting --200--> confirmed --BYE--> ended
 *              '--refusal, also to a CANCEL--> ended
 */
export class RobotCall implements Disposable {
  readonly #options: RobotCallOptions;
  readonly #localTag: string;
  readonly #negotiation: RobotNegotiation;
  readonly #timers = new DisposableStore();
  #state: 'new' | 'ringing' | 'answering' | 'inviting' | 'confirmed' | 'ended' = 'new';
  #invite: SipRequest | undefined;
  #invitation: RobotInvitation | undefined;
  #dialog: RobotDialog | undefined;
  #ackTimer: Disposable | undefined;

  constructor(options: RobotCallOptions) {
    this.#options = options;
    this.#localTag = options.random.hex(8);
    this.#negotiation = new RobotNegotiation(options.mediaId, options.sound, options.media);
  }

  get mediaId(): string {
    return this.#options.mediaId;
  }

  get sound(): RobotSound {
    return this.#options.sound;
  }

  /** The dialog, once somebody is at its other end. */
  get dialog(): RobotDialog | undefined {
    return this.#dialog;
  }

  get isConfirmed(): boolean {
    return this.#state === 'confirmed';
  }

  /** Whether a Replaces header means this call: an answered one, or one of ours that rings (RFC 3891 section 3). */
  isNamed({ callId, toTag, fromTag }: DialogName): boolean {
    if (callId !== this.#options.callId || toTag !== this.#localTag) return false;
    return this.isConfirmed ? this.#dialog?.remoteTag === fromTag : this.#invitation?.ringsAt(fromTag) === true;
  }

  // called

  ring(invite: SipRequest): void {
    this.#invite = invite;
    this.#state = 'ringing';
    this.#dialog = new RobotDialog(invite, this.#localTag, this.#options.address, this.#options.random);
    this.respond(invite, 180);
  }

  async answer(): Promise<void> {
    const invite = this.#invite;
    if (this.#state !== 'ringing' || invite === undefined) return;
    this.#state = 'answering';
    await this.#negotiate(invite);
  }

  refuse(invite: SipRequest, status: number): void {
    this.respond(invite, status);
    this.#end();
  }

  // calling

  async call(callee: RobotCallee, caller: RobotCaller): Promise<void> {
    try {
      const sdp = await this.#negotiation.offer();
      if (this.#ended) return;
      this.#state = 'inviting';
      this.#invitation = new RobotInvitation({ ...this.#options, localTag: this.#localTag, callee, caller, sdp });
      this.#invitation.start();
      this.after(patienceMs, () => this.#cancel());
    } catch (error) {
      this.#options.logger.warn('robot cannot call', { reason: describe(error) });
      this.#refused(500);
    }
  }

  receiveResponse(response: SipResponse): void {
    if (response.cseq.method !== 'INVITE' || response.status === 100) return;
    const news = this.#invitation?.receive(response);
    if (news?.kind === 'refused') this.#refused(news.status);
    else if (news?.kind === 'progress') this.#options.onAnswered(news.status);
    else if (news !== undefined) {
      this.#dialog = news.dialog;
      this.#state = 'confirmed';
      this.#options.onAnswered(news.status);
      void this.#use(this.#negotiation.accept(news.sdp));
    }
  }

  // both

  receiveRequest(request: SipRequest): void {
    switch (request.method) {
      case 'ACK':
        void this.#acknowledged(request);
        break;
      case 'CANCEL':
        this.#cancelled(request);
        break;
      case 'BYE':
        this.respond(request, 200);
        if (this.#invite !== undefined && this.#isIncoming) this.respond(this.#invite, 487);
        this.#end();
        break;
      case 'INVITE':
      case 'UPDATE':
        void this.#renegotiate(request);
        break;
      case 'REFER':
        this.#options.onReferred(request);
        break;
      case 'OPTIONS':
      case 'INFO':
      case 'MESSAGE':
      case 'NOTIFY':
        this.respond(request, 200);
        break;
      default:
        this.respond(request, 405);
    }
  }

  respond(request: SipRequest, status: number, sdp?: string): void {
    this.#options.send(robotResponse(request, status, this.#localTag, this.#options.address, sdp));
  }

  hangUp(): void {
    if (this.#state === 'inviting') return this.#cancel();
    if (this.#dialog !== undefined && this.isConfirmed) this.#options.send(this.#dialog.bye());
    else if (this.#invite !== undefined && this.#isIncoming) this.respond(this.#invite, 480);
    this.#end();
  }

  /** Runs `action` after a while if the call still lives. */
  after(delayMs: number, action: () => void): void {
    const timer: Disposable = this.#options.clock.schedule(delayMs, () => {
      this.#timers.release(timer);
      if (!this.#ended) action();
    });
    this.#timers.add(timer);
  }

  dispose(): void {
    this.#state = 'ended';
    this.#timers.dispose();
    this.#negotiation.close();
  }

  get #ended(): boolean {
    return this.#state === 'ended';
  }

  /** It rings here, and the INVITE has no final answer yet. */
  get #isIncoming(): boolean {
    return this.#state === 'ringing' || this.#state === 'answering';
  }

  /** The call ends with the final answer to the INVITE. */
  #cancel(): void {
    if (this.#state === 'inviting' && this.#invitation?.cancel() === true) this.after(finalWaitMs, () => this.#refused(408));
  }

  #refused(status: number): void {
    this.#options.onAnswered(status);
    this.#end();
  }

  async #renegotiate(request: SipRequest): Promise<void> {
    if (!this.isConfirmed || this.#negotiation.busy) return this.respond(request, 491);
    this.#dialog?.refreshTarget(request);
    if (request.method === 'UPDATE' && request.body.length === 0) return this.respond(request, 200);
    await this.#negotiate(request);
  }

  async #negotiate(request: SipRequest): Promise<void> {
    try {
      const sdp = await this.#negotiation.respond(request.body);
      if (this.#ended) return;
      this.#state = 'confirmed';
      this.respond(request, 200, sdp);
      if (request.method === 'INVITE') this.#awaitAck();
    } catch (error) {
      this.#options.logger.warn('robot cannot answer', { reason: describe(error) });
      if (this.#ended) return;
      this.respond(request, error instanceof AppError && error.code === 'no-common-codec' ? 488 : 500);
      if (!this.isConfirmed) this.#end();
    }
  }

  #awaitAck(): void {
    this.#ackTimer?.dispose();
    this.#ackTimer = this.#timers.add(this.#options.clock.schedule(ackWaitMs, () => this.hangUp()));
  }

  async #acknowledged(request: SipRequest): Promise<void> {
    if (this.#ackTimer !== undefined) this.#timers.release(this.#ackTimer);
    this.#ackTimer = undefined;
    await this.#use(this.#negotiation.acknowledged(request.body));
  }

  #cancelled(request: SipRequest): void {
    this.respond(request, this.#invite === undefined ? 481 : 200);
    if (!this.#isIncoming || this.#invite === undefined) return;
    this.respond(this.#invite, 487);
    this.#end();
  }

  async #use(answer: Promise<void>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      this.#options.logger.warn('robot cannot use the answer', { reason: describe(error) });
      if (!this.#ended) this.hangUp();
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.dispose();
    this.#options.onEnded();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
