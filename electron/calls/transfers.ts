import type { CallId, Referral } from '#shared/calls/call.ts';
import { isInTransfer } from '#shared/calls/call-facts.ts';
import { isLive, referPlan } from '#shared/calls/call-policy.ts';
import type { Call } from '#shared/calls/call-state.ts';
import { type CallBook, type Entry, impossible } from './call-book.ts';
import type { Destination, Dialler } from './dialler.ts';

/** The verbs that connect others: transfer, consultation, parking, and being transferred ourselves. */
export class Transfers {
  readonly #book: CallBook;
  readonly #dialler: Dialler;

  constructor(book: CallBook, dialler: Dialler) {
    this.#book = book;
    this.#dialler = dialler;
  }

  /** Blind. @throws AppError call-unknown, call-verb-impossible, number-invalid */
  transfer(id: CallId, typed: string): void {
    const { call } = this.#book.verb(id, mayLeave);
    const { party, target } = this.#elsewhere(call, typed);
    this.#book.feed(id, { type: 'transfer', to: party, target: { kind: 'blind', target }, slot: null, holdFirst: true });
  }

  /** Sends a ringing call on. @throws AppError call-unknown, call-verb-impossible, number-invalid */
  deflect(id: CallId, typed: string): void {
    const { call } = this.#book.verb(id, ({ phase }) => phase === 'ringing-in');
    this.#book.feed(id, { type: 'deflect', target: this.#elsewhere(call, typed).target });
  }

  /**
   * Parks the far end: in the place that was chosen if the server's code names it. Where it does not, the server chooses: sent to a
   * place itself, a caller would fetch whoever waits there, or be cut off.
   * @throws AppError call-unknown, call-verb-impossible, feature-not-offered
   */
  park(id: CallId, slot: string | null): void {
    const { call } = this.#book.verb(id, mayLeave);
    const place = slot !== null && this.#dialler.takesSlot('park') ? slot : '';
    const { party, target } = this.#elsewhere(call, this.#dialler.code('park', { slot: place }));
    this.#book.feed(id, { type: 'transfer', to: party, target: { kind: 'blind', target }, slot: place, holdFirst: true });
  }

  /**
   * Holds the call and dials somebody on its behalf.
   * @throws AppError call-unknown, call-verb-impossible, and as `Dialler.dial`
   */
  consult(id: CallId, typed: string): CallId {
    const { call } = this.#book.verb(id, (each) => mayLeave(each) && each.conference === null);
    if (this.#book.calls().some((each) => each.consultationFor === id && isLive(each))) throw impossible(call);
    return this.#dialler.dial(typed, undefined, { consultationFor: id });
  }

  /** Connects the caller with whoever is consulted, also while that one still rings. @throws AppError call-unknown, call-verb-impossible */
  complete(consultation: CallId): void {
    const consulted = this.#book.verb(consultation, isLive);
    this.#join(this.#originalOf(consulted), consulted);
  }

  /** @throws AppError call-unknown, call-verb-impossible, emergency-in-progress */
  backToCaller(consultation: CallId): void {
    const consulted = this.#book.verb(consultation, isLive);
    const { call: original } = this.#originalOf(consulted);
    if (consulted.call.handover !== null) throw impossible(consulted.call);
    this.#book.assertNoEmergency(original.id);
    this.#book.together(() => {
      this.#book.feed(consultation, { type: 'hang-up' });
      this.#book.feed(original.id, { type: 'set-held', held: false });
    });
  }

  /** Connects two live calls with each other. @throws AppError call-unknown, call-verb-impossible */
  connect(id: CallId, other: CallId): void {
    this.#join(this.#book.verb(id, isLive), this.#book.verb(other, isLive));
  }

  /** Whether the person agrees to be transferred. @throws AppError call-unknown, call-verb-impossible, and as `Dialler.assertReady` */
  answerReferral(id: CallId, accept: boolean): CallId | null {
    const { call } = this.#book.verb(id, (each) => referralOf(each) !== null);
    const to = referralOf(call)?.to;
    if (!accept || to === undefined) {
      this.#book.feed(id, { type: 'answer-referral', accept: false });
      return null;
    }
    this.#dialler.assertReady(to.number);
    this.#book.feed(id, { type: 'answer-referral', accept: true });
    return this.#dialler.place({ target: to.uri, kind: 'address', party: to }, undefined, { referredBy: id });
  }

  /** One far end is asked to call the other, and takes the place of our call with it. */
  #join(one: Entry, other: Entry): void {
    const plan = one.line === other.line ? referPlan(one.call, other.call) : null;
    if (plan === null) throw impossible(one.call);
    const [asked, target] = plan.asked === one.call.id ? [one.call, other.call] : [other.call, one.call];
    // The members of a conference go on talking until they have found each other.
    const holdFirst = asked.conference === null;
    this.#book.together(() => {
      this.#book.feed(target.id, { type: 'handed-over', to: asked.remote });
      const attended = { kind: 'attended', call: target.id } as const;
      this.#book.feed(asked.id, { type: 'transfer', to: target.remote, target: attended, slot: null, holdFirst });
    });
  }

  #originalOf({ call }: Entry): Entry {
    const original = call.consultationFor === null ? undefined : this.#book.find(call.consultationFor);
    if (original === undefined || original.call.phase !== 'connected') throw impossible(call);
    return original;
  }

  /** Nobody is sent to an emergency centre: whoever needs one must call it. */
  #elsewhere(call: Call, typed: string): Destination {
    const destination = this.#dialler.read(typed);
    if (destination.kind === 'emergency') throw impossible(call);
    return destination;
  }
}

/** What the far end of a call, which may have gone, wants us to do. */
function referralOf(call: Call): Referral | null {
  return call.phase === 'connected' || call.phase === 'referred' ? call.referral : null;
}

/** Whether the far end of a call can be asked to go elsewhere. */
function mayLeave(call: Call): boolean {
  return call.phase === 'connected' && !call.emergency && call.handover === null && !isInTransfer(call);
}
