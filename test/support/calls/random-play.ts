import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import type { CallId, CallView } from '#shared/calls/call.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { CallFixture } from './call-fixture.ts';

type Act = () => void;

const error = { code: 'call-refused', details: {} } as const;
const clara = { displayName: '', number: '204', uri: 'sip:204@office' };

/** Distributive: a call's event without its call. */
type News<E> = E extends { readonly call: CallId } ? Omit<E, 'call'> : never;

/**
 * Plays a person, their callers and a server that do at random what could be done just then, and sometimes what could not: each number
 * chooses among the acts that are possible at that moment.
 * @param look what must be true after each act
 */
export function playAtRandom(
  numbers: readonly number[],
  options: { readonly refusals: boolean },
  look: (t: CallFixture) => void,
): CallFixture {
  const t = new CallFixture();
  t.useCodes('asterisk');
  t.setRules({ recording: { offered: true, folder: '/recordings' } });
  const holds = new PendingHolds();
  for (const [turn, number] of numbers.entries()) {
    const acts = [...general(t, turn), ...holds.acts(t, options.refusals), ...t.service.views().flatMap((call) => ofCall(t, call))];
    try {
      acts[number % acts.length]?.();
    } catch (thrown) {
      // A verb that cannot be now is refused, and nothing else.
      if (!(thrown instanceof AppError) || thrown.kind === 'bug') throw thrown;
    }
    holds.note(t);
    look(t);
    t.forgetOrders();
  }
  return t;
}

/**
 * Holds that were asked for and not answered. One question of a call is on its way at a time, and the next one asks for what is wanted
 * then: wishes in between are never heard of again.
 */
class PendingHolds {
  readonly #asked = new Map<CallId, boolean>();
  readonly #wanted = new Map<CallId, boolean>();

  note(t: CallFixture): void {
    for (const [order, id, held] of t.line.orders) {
      if (order !== 'setHold') continue;
      const call = String(id);
      this.#wanted.set(call, held === true);
      if (!this.#asked.has(call)) this.#asked.set(call, held === true);
    }
  }

  acts(t: CallFixture, refusals: boolean): readonly Act[] {
    return [...this.#asked].flatMap(([call, held]) => {
      const tell = (event: SipCallEvent): Act => {
        return () => {
          const wanted = this.#wanted.get(call);
          if (wanted === undefined || wanted === held) this.#asked.delete(call);
          else this.#asked.set(call, wanted);
          t.line.say(event);
        };
      };
      const agreed = times(3, tell({ call, type: 'local-hold-changed', held }));
      return refusals ? [...agreed, tell({ call, type: 'local-hold-failed', held, error })] : agreed;
    });
  }
}

function general(t: CallFixture, turn: number): readonly Act[] {
  const { service } = t;
  const ids = service.views().map(({ id }) => id);
  const any = (n: number): CallId => ids[(turn * 7 + n) % Math.max(1, ids.length)] ?? 'gone';
  return [
    ...times(3, () => service.dial('202')),
    ...times(3, () => t.invite(`in${turn}`)),
    () => service.dial('112'),
    () => t.clock.advance(1_000),
    () => t.clock.advance(5_000),
    () => t.clock.advance(20_000),
    () => service.conference.setHeld(true),
    () => service.conference.setHeld(false),
    () => service.conference.leave(),
    // What no card offers in this state.
    () => service.answer(any(0)),
    () => service.setHeld(any(1), turn % 2 === 0),
    () => service.connect(any(0), any(1)),
    () => service.conference.join([any(0), any(2)]),
    () => service.transfer(any(1), '203'),
    () => service.completeTransfer(any(2)),
    () => t.line.say({ call: any(1), type: 'established', remote: null }),
    () => t.line.say({ call: any(1), type: 'transfer-succeeded' }),
  ];
}

function ofCall(t: CallFixture, call: CallView): readonly Act[] {
  const { id } = call;
  const { service } = t;
  const says = (news: News<SipCallEvent>): Act => {
    return () => t.line.say({ ...news, call: id });
  };
  switch (call.phase) {
    case 'dialling':
    case 'ringing-out':
    case 'early-media':
      return [
        ...times(4, says({ type: 'established', remote: null })),
        says({ type: 'ringing' }),
        says({ type: 'early-media' }),
        says({ type: 'redirected', to: clara }),
        says({ type: 'rejected', status: 486, reasonPhrase: '', cleared: false, who: null, error: null }),
        says({ type: 'rejected', status: 404, reasonPhrase: '', cleared: false, who: null, error }),
        () => service.hangUp(id),
        ...ofConsultation(t, call),
        ...withOthers(t, call),
      ];
    case 'ringing-in':
      return [
        ...times(3, () => service.answer(id)),
        () => service.decline(id, 'busy'),
        () => service.deflect(id, '203'),
        says({ type: 'cancelled', answeredElsewhere: false, who: null }),
      ];
    case 'answering':
      return [
        ...times(4, says({ type: 'established', remote: null })),
        says({ type: 'terminated', by: 'remote' }),
        () => service.setHeld(id, true),
      ];
    case 'connected':
      return [
        says({ type: 'remote-hold-changed', held: !call.hold.remote }),
        says({ type: 'terminated', by: 'remote' }),
        says({ type: 'referral-received', referral: { to: clara, by: null } }),
        () => service.hangUp(id),
        () => service.setHeld(id, !call.hold.local),
        () => service.swap(id),
        () => service.setMuted(id, !call.muted),
        () => service.setRecording(id, call.recordingSince === null),
        () => service.transfer(id, '203'),
        () => service.park(id, '701'),
        ...times(3, () => service.consult(id, '203')),
        ...(call.referral === null ? [] : times(2, () => service.answerReferral(id, true))),
        ...(call.transfer === null ? [] : transferNews.map(says)),
        ...(call.inConference ? [() => service.conference.remove(id), () => service.conference.setSilenced(id, !call.silenced)] : []),
        ...ofConsultation(t, call),
        ...withOthers(t, call),
      ];
    case 'referred':
      return [() => service.answerReferral(id, true), () => service.answerReferral(id, false), () => service.hangUp(id)];
    case 'ending':
      return times(4, says({ type: 'closed' }));
    case 'ended':
      return [];
  }
}

const transferNews: readonly News<SipCallEvent>[] = [
  { type: 'transfer-accepted' },
  { type: 'transfer-accepted' },
  { type: 'transfer-ringing' },
  { type: 'transfer-succeeded' },
  { type: 'transfer-failed', error },
  { type: 'transfer-failed', error },
];

function ofConsultation({ service }: CallFixture, { id, consultationFor }: CallView): readonly Act[] {
  if (consultationFor === null) return [];
  return [
    ...times(2, () => service.completeTransfer(id)),
    ...times(2, () => service.conference.join([consultationFor, id])),
    () => service.backToCaller(id),
  ];
}

function withOthers({ service }: CallFixture, { id }: CallView): readonly Act[] {
  const others = service.views().filter((other) => other.id !== id && other.phase === 'connected');
  return others.flatMap((other) => [...times(2, () => service.conference.join([id, other.id])), () => service.connect(id, other.id)]);
}

function times<T>(count: number, thing: T): readonly T[] {
  return Array.from({ length: count }, () => thing);
}
