import type { CallView } from '#shared/calls/call.ts';

export type CallVerb = 'answer' | 'decline' | 'mute' | 'hold' | 'keypad' | 'more' | 'end';

/** The verbs that work in this state of the call, in the order in which they always stand. */
export function verbsOf(call: CallView): readonly CallVerb[] {
  switch (call.phase) {
    case 'ringing-in':
      return ['answer', 'decline'];
    case 'connected':
      return call.hold.local ? ['hold', 'more', 'end'] : ['mute', 'hold', 'keypad', 'more', 'end'];
    case 'early-media':
      return ['keypad', 'more', 'end'];
    case 'dialling':
    case 'ringing-out':
    case 'answering':
      return ['more', 'end'];
    case 'ending':
    case 'ended':
      return ['more'];
  }
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
