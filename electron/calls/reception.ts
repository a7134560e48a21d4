import { admitIncoming, announcementTone, emergencyCallbackMs, mayAnswerByItself } from '#shared/calls/admission.ts';
import type { CallId } from '#shared/calls/call.ts';
import { receivedCall, turnedAwayCall } from '#shared/calls/call-beginnings.ts';
import { liveCalls } from '#shared/calls/call-policy.ts';
import type { Call, CallEvent } from '#shared/calls/call-state.ts';
import { readDial } from '#shared/calls/dial-plan.ts';
import { isEmergency } from '#shared/calls/emergency.ts';
import { comparableNumber } from '#shared/people/number-match.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { SipCallEvent, SipLine } from '../sip/sip-line.ts';
import { named, type NameOf, namedOrNull } from './address-book.ts';
import type { CallBook } from './call-book.ts';
import type { CallRules } from './ports.ts';
import type { RingWatch } from './ring-watch.ts';

export interface ReceptionOptions {
  readonly book: CallBook;
  readonly rings: RingWatch;
  readonly rules: () => CallRules;
  readonly nameOf: NameOf;
  /** When the last emergency call in the call list ended; null when there is none. */
  readonly lastEmergencyAt: () => number | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Receives calls as the person's rules say, and keeps an eye on those that are to be taken by themselves. */
export class Reception {
  readonly #options: ReceptionOptions;
  /** Wall time in ms at which a call of ours to an emergency centre was there last; null when none was since the start. */
  #emergencyAt: number | null = null;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  receive(line: SipLine, event: Extract<SipCallEvent, { type: 'invite-received' }>): void {
    const { book, rings, rules, nameOf, clock, logger } = this.#options;
    const { availability, calls, serverFeatures } = rules();
    const { number } = event.remote;
    const caller = { number, autoAnswer: event.autoAnswer, fromEmergencyCentre: this.#isFromEmergencyCentre(number) };
    const dialled = (typed: string): string | null => this.#dialled(typed);
    const admission = admitIncoming(book.calls(), caller, { availability, calls, codes: serverFeatures.codes, dialled });
    const who = {
      remote: named(event.remote, nameOf),
      redirectedBy: namedOrNull(event.redirectedBy, nameOf),
      calledAs: namedOrNull(event.calledAs, nameOf),
    };
    const isRinging = admission.kind === 'ring';
    rings.begin(event.call, line.registration, liveCalls(book.calls()).length);
    const now = clock.wallMs();
    const step = isRinging
      ? receivedCall(event.call, { ...who, ...admission, emergency: caller.fromEmergencyCentre }, now)
      : turnedAwayCall(event.call, who, admission, now);
    book.adopt(step, { line, invite: null, shown: isRinging });
    if (isRinging) rings.announced(event.call);
    else logger.info('A call was turned away', { call: event.call, why: admission.kind });
  }

  /** A deadline of a call came; a call that may not be taken by itself any more rings like any other. */
  deadlineEvent(id: CallId, event: Extract<CallEvent, { type: 'deadline' }>): CallEvent {
    if (event.name !== 'auto-answer') return event;
    const calls = this.#options.book.calls();
    const ringing = calls.find((call) => call.id === id);
    if (ringing === undefined || mayAnswerByItself(calls, ringing)) return event;
    return { type: 'auto-answer-dropped', tone: announcementTone(calls) };
  }

  /** Notes that an emergency call was there; its centre may call back. */
  watchEmergencies(): void {
    const isOurs = ({ emergency, direction }: Call): boolean => emergency && direction === 'outgoing';
    if (this.#options.book.calls().some(isOurs)) this.#emergencyAt = this.#options.clock.wallMs();
  }

  #isFromEmergencyCentre(number: string): boolean {
    const { clock, rules, lastEmergencyAt } = this.#options;
    if (!isEmergency(comparableNumber(number), rules().dialling)) return false;
    const last = Math.max(this.#emergencyAt ?? 0, lastEmergencyAt() ?? 0);
    return clock.wallMs() - last <= emergencyCallbackMs && last > 0;
  }

  #dialled(typed: string): string | null {
    const reading = readDial(typed, this.#options.rules().dialling);
    if (reading.ok) return reading.target;
    this.#options.logger.warn('A forwarding has no number that can be dialled', { target: typed });
    return null;
  }
}
