import { findHeader } from '#shared/sip/find-header.ts';
import { readReplaces, writeReplaces } from '#shared/sip/dialog-name.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { userOf } from '../sip/caller-identity.ts';
import { header, tagOf } from '../sip/header-edits.ts';
import type { ParkOrder } from '../sip/park-attendant.ts';
import type { RobotBehaviour } from './robot-behaviours.ts';
import { RobotCall } from './robot-call.ts';
import { type RobotAddress, type RobotCallee, robotResponse } from './robot-dialog.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';
import { readReferral, RobotReferral } from './robot-referral.ts';

export interface Robot {
  readonly name: string;
  readonly number: string;
  readonly behaviour: RobotBehaviour;
}

interface RobotAgentOptions {
  readonly robot: Robot;
  /** `host:port` of the office. */
  readonly office: string;
  readonly media: RobotMedia;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Hands a message to the office. */
  readonly send: (message: Uint8Array) => void;
}

const maxCalls = 20;
/** After a transfer the referrer ends the old call; a robot does it when they do not. */
const referrerHangUpMs = 2000;
/** A takeover needs nobody's hand: whoever takes longer does not know what it is. */
const fetchPatienceMs = 4000;
/** Two robots who were connected, or one who was parked and forgotten, would never hang up. */
const longestOwnCallMs = 600_000;

/** The user agent of one robot: takes the office's messages, acts by its behaviour, and keeps its calls. */
export class RobotAgent implements Disposable {
  readonly #options: RobotAgentOptions;
  readonly #address: RobotAddress;
  /** By Call-ID. */
  readonly #calls = new Map<string, RobotCall>();
  /** What a call was asked for last. */
  readonly #referrals = new WeakMap<RobotCall, RobotReferral>();
  readonly #timers = new DisposableStore();
  #lostSubscription: Disposable | undefined;
  #disposed = false;

  constructor(options: RobotAgentOptions) {
    this.#options = options;
    this.#address = { number: options.robot.number, office: options.office, isFocus: isFocus(options.robot.behaviour) };
  }

  get number(): string {
    return this.#address.number;
  }

  /** Calls and planned calls. */
  get activity(): number {
    return this.#calls.size + this.#timers.size;
  }

  start(): void {
    this.#lostSubscription = this.#options.media.onLost((id) => {
      for (const call of [...this.#calls.values()]) if (call.mediaId === id) call.hangUp();
    });
  }

  receive(bytes: Uint8Array): void {
    const result = parseMessage(bytes);
    if (!result.ok || this.#disposed) return;
    const { message } = result;
    const call = this.#calls.get(message.callId);
    if (message.kind === 'response') call?.receiveResponse(message);
    else if (call !== undefined) call.receiveRequest(message);
    else if (message.method === 'INVITE' && tagOf(message.to) === undefined) this.#called(message);
    else if (message.method !== 'ACK') this.#answerOutsideOfCalls(message);
  }

  dispose(): void {
    this.#disposed = true;
    this.#lostSubscription?.dispose();
    this.#timers.dispose();
    for (const call of this.#calls.values()) call.dispose();
    this.#calls.clear();
  }

  #called(invite: SipRequest): void {
    const { behaviour } = this.#options.robot;
    const replaced = this.#replacedBy(invite);
    const sound = behaviour.kind === 'answer' ? behaviour.sound : 'tone';
    const call = this.#newCall(invite.callId, replaced instanceof RobotCall ? replaced.sound : sound);
    if (this.#calls.size > maxCalls) return call.refuse(invite, 486);
    if (typeof replaced === 'number') return call.refuse(invite, replaced);
    if (replaced !== undefined) return this.#takeOver(call, invite, replaced);
    if (behaviour.kind === 'refuse') return call.refuse(invite, behaviour.status);
    call.ring(invite);
    if (behaviour.kind === 'ring') return;
    const { afterMs, hangUpAfterMs, callBackAfterMs } = behaviour;
    call.after(afterMs, () => {
      void call.answer().then(() => {
        if (hangUpAfterMs !== undefined) call.after(hangUpAfterMs, () => call.hangUp());
      });
    });
    if (callBackAfterMs !== undefined) this.#callBack(userOf(invite.from.uri), callBackAfterMs);
  }

  /** The new call goes on where the old one was (RFC 3891 section 3). */
  #takeOver(call: RobotCall, invite: SipRequest, replaced: RobotCall): void {
    call.ring(invite);
    call.after(0, () => {
      void call.answer().then(() => {
        if (call.isConfirmed) replaced.hangUp();
      });
    });
  }

  #callBack(callee: string, delayMs: number): void {
    const { clock, office } = this.#options;
    const timer: Disposable = clock.schedule(delayMs, () => {
      this.#timers.release(timer);
      this.#dial({ uri: `sip:${callee}@${office}`, headers: [] }, 'tone');
    });
    this.#timers.add(timer);
  }

  #dial(callee: RobotCallee, sound: RobotSound, onAnswered?: (status: number) => void): void {
    const { random, robot } = this.#options;
    if (this.#calls.size >= maxCalls) return onAnswered?.(486);
    const call = this.#newCall(random.hex(16), sound, onAnswered);
    call.after(longestOwnCallMs, () => call.hangUp());
    void call.call(callee, robot);
  }

  /** Takes somebody over without being called; tells once whether they came. */
  fetch({ place, name, uri, replaces }: ParkOrder, done: (came: boolean) => void): void {
    if (this.#calls.size >= maxCalls) return done(false);
    let isTold = false;
    const tell = (came: boolean): void => {
      if (!isTold) done(came);
      isTold = true;
    };
    const call = this.#newCall(this.#options.random.hex(16), 'music', (status) => {
      if (status >= 200) tell(status < 300);
    });
    call.after(fetchPatienceMs, () => {
      if (!call.isConfirmed) call.hangUp();
      tell(call.isConfirmed);
    });
    const headers = [header('Replaces', writeReplaces(replaces)), header('Require', 'replaces')];
    void call.call({ uri, headers }, { number: place, name });
  }

  /** Asked to call somebody: the old call ends when the new one stands, and goes on when it does not come to stand. */
  #referred(call: RobotCall, request: SipRequest): void {
    const callee = readReferral(request);
    const { dialog } = call;
    if (typeof callee === 'number') return call.respond(request, callee);
    if (dialog === undefined || !call.isConfirmed || this.#referrals.get(call)?.isOver === false) return call.respond(request, 491);
    call.respond(request, 202);
    const referral = new RobotReferral(request, dialog, this.#options.send);
    this.#referrals.set(call, referral);
    referral.tell(100);
    this.#dial(callee, call.sound, (status) => {
      referral.tell(status);
      const stands = status >= 200 && status < 300;
      if (stands && !this.#address.isFocus) call.after(referrerHangUpMs, () => call.hangUp());
    });
  }

  #newCall(callId: string, sound: RobotSound, onAnswered: (status: number) => void = () => {}): RobotCall {
    const call: RobotCall = new RobotCall({
      ...this.#options,
      callId,
      mediaId: `${this.#options.robot.number} ${callId}`,
      address: this.#address,
      sound,
      onAnswered,
      onReferred: (request) => this.#referred(call, request),
      onEnded: () => this.#calls.delete(callId),
    });
    this.#calls.set(callId, call);
    return call;
  }

  /** The call that an INVITE wants to replace, or the status to refuse it with (RFC 3891 section 3). */
  #replacedBy(invite: SipRequest): RobotCall | number | undefined {
    const value = findHeader(invite.headers, 'Replaces');
    if (value === undefined) return undefined;
    const name = readReplaces(value);
    if (name === undefined) return 400;
    const call = this.#calls.get(name.callId);
    if (call === undefined || !call.isNamed(name)) return 481;
    return name.earlyOnly && call.isConfirmed ? 486 : call;
  }

  #answerOutsideOfCalls(request: SipRequest): void {
    const { random, send } = this.#options;
    const welcome = tagOf(request.to) === undefined && (request.method === 'OPTIONS' || request.method === 'MESSAGE');
    const status = welcome ? 200 : request.method === 'REFER' ? 603 : 481;
    send(robotResponse(request, status, random.hex(8), this.#address));
  }
}

function isFocus(behaviour: RobotBehaviour): boolean {
  return behaviour.kind === 'answer' && behaviour.isFocus === true;
}
