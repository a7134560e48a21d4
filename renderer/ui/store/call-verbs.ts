import type { CallView } from '#shared/calls/call.ts';
import { conferenceMembers, consultationsOf, type Consultation } from './call-arrangement.ts';

export type CallVerb = 'answer' | 'decline' | 'mute' | 'hold' | 'keypad' | 'transfer' | 'add' | 'more' | 'end';

/** What a call is in the dock: by itself, the one that asks somebody, or the one that waits meanwhile. */
export type CallRole = 'single' | 'consultation' | 'waiting';

/** In a consultation the three verbs of the pair stand in place of passing on one of both. */
export function roleOf(call: CallView, calls: readonly CallView[]): CallRole {
  const pair = consultationsOf(calls).find(({ caller, consultation }) => caller.id === call.id || consultation.id === call.id);
  if (pair === undefined) return 'single';
  return pair.consultation.id === call.id ? 'consultation' : 'waiting';
}

/** An emergency call is not held, transferred or joined: nothing may interrupt it (RFC 6881 section 13). */
const emergencyVerbs: readonly CallVerb[] = ['mute', 'keypad', 'more', 'end'];

/** The verbs that work in this state of the call, in the order in which they always stand. */
export function verbsOf(call: CallView, role: CallRole = 'single'): readonly CallVerb[] {
  switch (call.phase) {
    case 'ringing-in':
      return ['answer', 'decline'];
    case 'connected':
      return connectedVerbs(call, role);
    case 'early-media':
      return ['keypad', 'more', 'end'];
    case 'dialling':
    case 'ringing-out':
    case 'answering':
      return ['more', 'end'];
    case 'ending':
    case 'referred':
    case 'ended':
      return [];
  }
}

function connectedVerbs(call: CallView, role: CallRole): readonly CallVerb[] {
  if (call.emergency) return emergencyVerbs;
  if (call.inConference) return call.hold.local ? ['hold', 'add', 'end'] : ['mute', 'hold', 'add', 'end'];
  if (call.transfer !== null) return ['hold', 'more', 'end'];
  const passing: readonly CallVerb[] = role === 'single' ? ['transfer', 'add'] : [];
  if (call.hold.local) return ['hold', ...passing, 'more', 'end'];
  return ['mute', 'hold', 'keypad', ...passing, 'more', 'end'];
}

/** The call that keys without a card mean: the connected one that is not on hold, else the first that is connected. */
export function callInHand(calls: readonly CallView[]): CallView | undefined {
  const connected = calls.filter((call) => call.phase === 'connected');
  return connected.find((call) => !call.hold.local) ?? connected[0];
}

/** The incoming call that rings longest. */
export function ringingCall(calls: readonly CallView[]): CallView | undefined {
  return calls.find((call) => call.phase === 'ringing-in');
}

/** What "decline or hang up" means: decline what rings, else end the call in hand, else the last one that begins. */
export function callToEnd(calls: readonly CallView[]): CallView | undefined {
  return ringingCall(calls) ?? callInHand(calls) ?? calls.findLast((call) => verbsOf(call).includes('end'));
}

/** What a swap takes back: the other half of a consultation, else the call that waits longest on hold. */
export function callToSwap(calls: readonly CallView[]): CallView | undefined {
  const held = calls.filter((call) => call.phase === 'connected' && call.hold.local && !call.inConference);
  const pairs = consultationsOf(calls);
  const half = held.find((call) => pairs.some(({ caller, consultation }) => [caller.id, consultation.id].includes(call.id)));
  return half ?? held[0];
}

/** The consultation that keys mean: the one in hand, else the newest. */
export function consultationInHand(calls: readonly CallView[]): Consultation | undefined {
  const pairs = consultationsOf(calls);
  return pairs.find(({ consultation }) => !consultation.hold.local) ?? pairs.at(-1);
}

/**
 * The calls that "conference" joins: a consultation with its caller, else everybody who is connected. Undefined when that
 * would change nothing.
 */
export function callsToJoin(calls: readonly CallView[]): readonly CallView[] | undefined {
  const free = calls.filter((call) => call.phase === 'connected' && !call.inConference && !call.emergency);
  const pair = consultationInHand(free);
  if (pair !== undefined) return [pair.caller, pair.consultation];
  const wanted = conferenceMembers(calls).length > 0 ? 1 : 2;
  return free.length >= wanted ? free : undefined;
}

/** What can become of two calls that are put together. */
export interface Combination {
  /** All three can talk. */
  readonly join: boolean;
  /** They can be connected with each other without us. One of them may still ring (RFC 5589 section 7.2). */
  readonly connect: boolean;
}

export function combinationOf(from: CallView, onto: CallView): Combination {
  const calls = [from, onto];
  const connected = calls.filter((call) => call.phase === 'connected').length;
  const rings = calls.some((call) => call.phase === 'ringing-out' || call.phase === 'early-media');
  const impossible = from.id === onto.id || calls.some((call) => call.emergency || call.transfer !== null);
  if (impossible || connected === 0 || (from.inConference && onto.inConference)) return { join: false, connect: false };
  return { join: connected === 2, connect: (connected === 2 || rings) && !from.inConference && !onto.inConference };
}

/** Whether anything can become of them. */
export function canCombine(from: CallView, onto: CallView): boolean {
  const { join, connect } = combinationOf(from, onto);
  return join || connect;
}
