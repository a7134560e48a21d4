import type { Person } from '#shared/people/person.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { parseParameters } from '#shared/sip/parse-parameters.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { tagOf } from '../sip/header-edits.ts';
import { userOf } from '../sip/proxy.ts';
import type { RobotBehaviour } from './robot-behaviours.ts';
import { RobotCall } from './robot-call.ts';
import { robotResponse } from './robot-dialog.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';

interface RobotAgentOptions {
  readonly person: Person;
  readonly number: string;
  readonly behaviour: RobotBehaviour;
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

/** The user agent of one robot: takes the office's messages, acts by its behaviour, and keeps its calls. */
export class RobotAgent implements Disposable {
  readonly #options: RobotAgentOptions;
  /** By Call-ID. */
  readonly #calls = new Map<string, RobotCall>();
  readonly #timers = new DisposableStore();
  #lostSubscription: Disposable | undefined;
  #disposed = false;

  constructor(options: RobotAgentOptions) {
    this.#options = options;
  }

  /** Calls and planned calls. */
  get activity(): number {
    return this.#calls.size + this.#timers.size;
  }

  start(): void {
    this.#lostSubscription = this.#options.media.onLost((id) => {
      for (const call of [...this.#calls.values()]) if (call.id === id) call.hangUp();
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
    const { behaviour } = this.#options;
    const call = this.#newCall(invite.callId, behaviour.kind === 'answer' ? behaviour.sound : 'tone');
    if (this.#calls.size > maxCalls) return call.refuse(invite, 486);
    const replaces = findHeader(invite.headers, 'Replaces');
    const replaced = replaces === undefined ? undefined : this.#replacedBy(replaces);
    if (replaces !== undefined && replaced === undefined) return call.refuse(invite, 481);
    if (behaviour.kind === 'refuse') return call.refuse(invite, behaviour.status);
    call.ring(invite);
    if (behaviour.kind === 'ring') return;
    const { afterMs, hangUpAfterMs, callBackAfterMs } = behaviour;
    call.after(replaced === undefined ? afterMs : 0, () => {
      void call.answer().then(() => {
        replaced?.hangUp();
        if (hangUpAfterMs !== undefined) call.after(hangUpAfterMs, () => call.hangUp());
      });
    });
    if (callBackAfterMs !== undefined) this.#callBack(userOf(invite.from.uri), callBackAfterMs);
  }

  #callBack(callee: string, delayMs: number): void {
    const { clock, random, person } = this.#options;
    const timer: Disposable = clock.schedule(delayMs, () => {
      this.#timers.release(timer);
      if (this.#calls.size < maxCalls) void this.#newCall(random.hex(16), 'tone').call(callee, person.name);
    });
    this.#timers.add(timer);
  }

  #newCall(callId: string, sound: RobotSound): RobotCall {
    const { number, office } = this.#options;
    const call = new RobotCall({
      ...this.#options,
      id: callId,
      address: { number, office },
      sound,
      onEnded: () => this.#calls.delete(callId),
    });
    this.#calls.set(callId, call);
    return call;
  }

  /** `callid;to-tag=ours;from-tag=theirs` (RFC 3891). */
  #replacedBy(replaces: string): RobotCall | undefined {
    const semicolon = replaces.indexOf(';');
    const parameters = parseParameters(replaces.slice(semicolon));
    const callId = replaces.slice(0, semicolon).trim();
    const call = this.#calls.get(callId);
    const matches = call?.isDialog(callId, parameters?.get('to-tag') ?? '', parameters?.get('from-tag') ?? '');
    return matches === true ? call : undefined;
  }

  #answerOutsideOfCalls(request: SipRequest): void {
    const { number, office, random, send } = this.#options;
    const welcome = tagOf(request.to) === undefined && (request.method === 'OPTIONS' || request.method === 'MESSAGE');
    const status = welcome ? 200 : request.method === 'REFER' ? 603 : 481;
    send(robotResponse(request, status, random.hex(8), { number, office }));
  }
}
