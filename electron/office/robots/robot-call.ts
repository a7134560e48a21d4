import { AppError } from '#shared/errors/app-error.ts';
import { decodeUtf8 } from '#shared/sip/text-codec.ts';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { tagOf } from '../sip/header-edits.ts';
import { type RobotAddress, RobotDialog, robotInvite, type RobotInvite, robotResponse } from './robot-dialog.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';

export interface RobotCallOptions {
  /** Key of the call's media. */
  readonly id: string;
  readonly address: RobotAddress;
  readonly sound: RobotSound;
  readonly media: RobotMedia;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly send: (message: Uint8Array) => void;
  readonly onEnded: () => void;
}

/** How long the ACK to our 200 may take before the call is given up (RFC 3261 section 13.3.1.4). */
const ackWaitMs = 32_000;
/** How long a robot that calls lets it ring. */
const patienceMs = 30_000;

/**
 * One call of a robot, called or calling.
 *
 *   called:  ringing --answer--> answering --200--> confirmed --BYE--> ended
 *   calling: inviting --200--> confirmed --BYE--> ended
 */
export class RobotCall implements Disposable {
  readonly #options: RobotCallOptions;
  readonly #localTag: string;
  readonly #timers = new DisposableStore();
  #state: 'new' | 'ringing' | 'answering' | 'inviting' | 'confirmed' | 'ended' = 'new';
  #invite: SipRequest | undefined;
  #outgoing: RobotInvite | undefined;
  #dialog: RobotDialog | undefined;
  /** Our offer in a 2xx that the ACK will answer. */
  #offerOpen = false;
  #negotiating = false;
  #ackTimer: Disposable | undefined;

  constructor(options: RobotCallOptions) {
    this.#options = options;
    this.#localTag = options.random.hex(8);
  }

  get id(): string {
    return this.#options.id;
  }

  /** Whether a Replaces header (RFC 3891) means this call. */
  isDialog(callId: string, localTag: string, remoteTag: string): boolean {
    return this.#dialog?.callId === callId && this.#localTag === localTag && this.#dialog.remoteTag === remoteTag;
  }

  // called

  ring(invite: SipRequest): void {
    this.#invite = invite;
    this.#state = 'ringing';
    this.#dialog = new RobotDialog(invite, this.#localTag, this.#options.address, this.#options.random);
    this.#respond(invite, 180);
  }

  async answer(): Promise<void> {
    const invite = this.#invite;
    if (this.#state !== 'ringing' || invite === undefined) return;
    this.#state = 'answering';
    await this.#negotiate(invite);
  }

  refuse(invite: SipRequest, status: number): void {
    this.#respond(invite, status);
    this.#end();
  }

  // calling

  async call(callee: string, name: string): Promise<void> {
    const { id, media, sound, address, random } = this.#options;
    try {
      const offer = await media.offer(id, sound);
      if (this.#ended) return;
      this.#state = 'inviting';
      this.#outgoing = robotInvite({ callId: id, tag: this.#localTag, callee, name }, address, random, offer);
      this.#options.send(this.#outgoing.message);
      this.after(patienceMs, () => {
        if (this.#state === 'inviting' && this.#outgoing !== undefined) this.#options.send(this.#outgoing.cancel());
      });
    } catch (error) {
      this.#options.logger.warn('robot cannot call', { reason: describe(error) });
      this.#end();
    }
  }

  receiveResponse(response: SipResponse): void {
    const { cseq, status } = response;
    if (cseq.method !== 'INVITE' || status < 200) return;
    if (status >= 300) {
      if (this.#outgoing !== undefined) this.#options.send(this.#outgoing.acknowledgeRefusal(response));
      if (this.#state === 'inviting') this.#end();
      return;
    }
    const { address, random, send } = this.#options;
    if (this.#dialog !== undefined && this.#dialog.remoteTag !== tagOf(response.to)) {
      // a second device answered at the same moment
      const other = new RobotDialog(response, this.#localTag, address, random);
      send(other.acknowledge(cseq.sequence));
      send(other.bye());
      return;
    }
    const first = this.#dialog === undefined;
    this.#dialog ??= new RobotDialog(response, this.#localTag, address, random);
    send(this.#dialog.acknowledge(cseq.sequence));
    if (!first) return;
    this.#state = 'confirmed';
    void this.#accept(decodeUtf8(response.body));
  }

  // both

  receiveRequest(request: SipRequest): void {
    switch (request.method) {
      case 'ACK':
        this.#acknowledged(request);
        break;
      case 'CANCEL':
        this.#cancelled(request);
        break;
      case 'BYE':
        this.#respond(request, 200);
        if (this.#invite !== undefined && (this.#state === 'ringing' || this.#state === 'answering')) this.#respond(this.#invite, 487);
        this.#end();
        break;
      case 'INVITE':
      case 'UPDATE':
        void this.#renegotiate(request);
        break;
      case 'OPTIONS':
      case 'INFO':
      case 'MESSAGE':
      case 'NOTIFY':
        this.#respond(request, 200);
        break;
      default:
        this.#respond(request, 405);
    }
  }

  hangUp(): void {
    if (this.#dialog !== undefined && this.#state === 'confirmed') this.#options.send(this.#dialog.bye());
    else if (this.#invite !== undefined && (this.#state === 'ringing' || this.#state === 'answering')) this.#respond(this.#invite, 480);
    else if (this.#state === 'inviting' && this.#outgoing !== undefined) this.#options.send(this.#outgoing.cancel());
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
    this.#options.media.close(this.#options.id);
  }

  get #ended(): boolean {
    return this.#state === 'ended';
  }

  async #renegotiate(request: SipRequest): Promise<void> {
    if (this.#state !== 'confirmed' || this.#negotiating) return this.#respond(request, 491);
    this.#dialog?.refreshTarget(request);
    if (request.method === 'UPDATE' && request.body.length === 0) return this.#respond(request, 200);
    await this.#negotiate(request);
  }

  /** Answers the offer of an INVITE or UPDATE; without one, makes an offer that the ACK answers (RFC 3261 section 13.2.1). */
  async #negotiate(request: SipRequest): Promise<void> {
    const { id, media, sound, logger } = this.#options;
    this.#negotiating = true;
    try {
      const offered = request.body.length > 0;
      const sdp = offered ? await media.answer(id, decodeUtf8(request.body), sound) : await media.offer(id, sound);
      if (this.#ended) return;
      this.#offerOpen = !offered;
      this.#state = 'confirmed';
      this.#respond(request, 200, sdp);
      if (request.method === 'INVITE') this.#awaitAck();
    } catch (error) {
      logger.warn('robot cannot answer', { reason: describe(error) });
      if (this.#ended) return;
      this.#respond(request, error instanceof AppError && error.code === 'no-common-codec' ? 488 : 500);
      if (this.#state !== 'confirmed') this.#end();
    } finally {
      this.#negotiating = false;
    }
  }

  #awaitAck(): void {
    this.#ackTimer?.dispose();
    this.#ackTimer = this.#timers.add(this.#options.clock.schedule(ackWaitMs, () => this.hangUp()));
  }

  #acknowledged(request: SipRequest): void {
    if (this.#ackTimer !== undefined) this.#timers.release(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#offerOpen && request.body.length > 0) void this.#accept(decodeUtf8(request.body));
    this.#offerOpen = false;
  }

  #cancelled(request: SipRequest): void {
    const pending = this.#state === 'ringing' || this.#state === 'answering';
    this.#respond(request, this.#invite === undefined ? 481 : 200);
    if (!pending || this.#invite === undefined) return;
    this.#respond(this.#invite, 487);
    this.#end();
  }

  async #accept(sdp: string): Promise<void> {
    try {
      await this.#options.media.accept(this.#options.id, sdp);
    } catch (error) {
      this.#options.logger.warn('robot cannot use the answer', { reason: describe(error) });
      if (!this.#ended) this.hangUp();
    }
  }

  #respond(request: SipRequest, status: number, sdp?: string): void {
    this.#options.send(robotResponse(request, status, this.#localTag, this.#options.address, sdp));
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
