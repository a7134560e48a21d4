import type { CallView } from '#shared/calls/call.ts';
import type { Params, RequestName } from '#shared/ipc/contract.ts';
import type { declineKinds, DialOptions, UiContract } from '#shared/ipc/ui-contract.ts';

export type DeclineKind = (typeof declineKinds)[number];
/** What a caller can be told, in the order in which it is offered. */
export const declineWays: readonly DeclineKind[] = ['declined', 'busy', 'unavailable'];
type OneCall = Pick<CallView, 'id'>;

/** What a person can do with calls. What comes of it arrives as state. */
export interface CallCommands {
  /** `options`: what differs from the settings for this one call. */
  dial(target: string, options?: Partial<DialOptions>): void;
  redial(): void;
  answer(call: OneCall): void;
  decline(call: OneCall, as: DeclineKind): void;
  /** Sends a ringing call on to somebody else. */
  deflect(call: OneCall, target: string): void;
  /** Declines, and sends a text to the caller. */
  reply(call: OneCall, text: string): void;
  /** Declines what rings and hangs up everything else. */
  end(call: Pick<CallView, 'id' | 'phase'>): void;
  /** In a conference the person is muted for all of its members. */
  toggleMute(call: CallView): void;
  /** In a conference all of its members are held. Taking one back puts the call in hand on hold. */
  toggleHold(call: CallView): void;
  /** Of one member, while the conference goes on. */
  toggleMemberHold(member: CallView): void;
  sendDigits(call: OneCall, digits: string): void;
  /** Takes `call` back and puts the one in hand on hold. */
  swap(call: OneCall): void;
  /** Without speaking to the target first. */
  transfer(call: OneCall, target: string): void;
  consult(call: OneCall, target: string): void;
  completeTransfer(consultation: OneCall): void;
  backToCaller(consultation: OneCall): void;
  /** Connects two calls with each other and leaves both. */
  connect(call: OneCall, other: OneCall): void;
  answerReferral(call: OneCall, accept: boolean): void;
  setRecording(call: OneCall, on: boolean): void;
  /** `slot` null: the server chooses. */
  park(call: OneCall, slot: string | null): void;
  retrieve(slot: string): void;
  /** `number` null: whatever rings in the group. */
  pickUp(number: string | null): void;
  join(calls: readonly OneCall[]): void;
  muteConference(muted: boolean): void;
  holdConference(held: boolean): void;
  takeOut(member: OneCall): void;
  setSilenced(member: OneCall, silenced: boolean): void;
  leaveConference(): void;
  endConference(): void;
}

/** Asks main for something whose outcome arrives as state; a failure is shown to the person. */
export type Send = <N extends RequestName<UiContract>>(name: N, params: Params<UiContract, N>) => void;

export function createCallCommands(send: Send): CallCommands {
  return {
    dial: (target, options) => send('call.dial', { target, options: { anonymous: null, shownNumber: null, ...options } }),
    redial: () => send('call.redial', {}),
    answer: ({ id }) => send('call.answer', { call: id }),
    decline: ({ id }, as) => send('call.decline', { call: id, as }),
    deflect: ({ id }, target) => send('call.deflect', { call: id, target }),
    reply: ({ id }, text) => send('call.reply', { call: id, text }),
    end({ id, phase }) {
      if (phase === 'ringing-in') send('call.decline', { call: id, as: 'declined' });
      else send('call.hang-up', { call: id });
    },
    toggleMute({ id, muted, inConference }) {
      if (inConference) send('conference.set-muted', { muted: !muted });
      else send('call.set-muted', { call: id, muted: !muted });
    },
    toggleHold({ id, hold, inConference }) {
      if (inConference) send('conference.set-held', { held: !hold.local });
      else send('call.set-held', { call: id, held: !hold.local });
    },
    toggleMemberHold: ({ id, hold }) => send('call.set-held', { call: id, held: !hold.local }),
    sendDigits: ({ id }, digits) => send('call.send-dtmf', { call: id, digits }),
    swap: ({ id }) => send('call.swap', { call: id }),
    transfer: ({ id }, target) => send('call.transfer', { call: id, target }),
    consult: ({ id }, target) => send('call.consult', { call: id, target }),
    completeTransfer: ({ id }) => send('call.complete-transfer', { call: id }),
    backToCaller: ({ id }) => send('call.back-to-caller', { call: id }),
    connect: ({ id }, other) => send('call.connect', { call: id, other: other.id }),
    answerReferral: ({ id }, accept) => send('call.answer-referral', { call: id, accept }),
    setRecording: ({ id }, on) => send('call.set-recording', { call: id, on }),
    park: ({ id }, slot) => send('call.park', { call: id, slot }),
    retrieve: (slot) => send('call.retrieve', { slot }),
    pickUp: (number) => send('call.pick-up', { number }),
    join: (calls) => send('conference.join', { calls: calls.map(({ id }) => id) }),
    muteConference: (muted) => send('conference.set-muted', { muted }),
    holdConference: (held) => send('conference.set-held', { held }),
    takeOut: ({ id }) => send('conference.remove', { call: id }),
    setSilenced: ({ id }, silenced) => send('conference.set-silenced', { call: id, silenced }),
    leaveConference: () => send('conference.leave', {}),
    endConference: () => send('conference.end', {}),
  };
}
