import { type Arrival, type Departure, dialledCall, receivedCall } from '#shared/calls/call-beginnings.ts';
import { transition } from '#shared/calls/call-machine.ts';
import type { Call, CallEffect, CallEvent, RepairMeans, Step } from '#shared/calls/call-state.ts';

export const anna = { displayName: 'Anna Weber', number: '201', uri: 'sip:201@office' };
export const ben = { displayName: 'Ben K.', number: '202', uri: 'sip:202@office' };
export const at = 1_000;
export const means: RepairMeans = { farEndProduct: '', hasRelay: false };

export const departure: Departure = {
  remote: anna,
  dialled: '201',
  errand: 'call',
  emergency: false,
  anonymous: false,
  consultationFor: null,
  referredBy: null,
};

export const arrival: Arrival = {
  remote: anna,
  redirectedBy: null,
  calledAs: null,
  tone: 'ring',
  emergency: false,
  autoAnswer: null,
  noAnswer: null,
};

export function dialled(over: Partial<Departure> = {}): Step {
  return dialledCall('a', { ...departure, ...over }, at);
}

export function received(over: Partial<Arrival> = {}): Step {
  return receivedCall('a', { ...arrival, ...over }, at);
}

/** Feeds events one after the other; the effects are those of the first step and of all that followed. */
export function run(step: Step, events: readonly CallEvent[]): { call: Call; effects: CallEffect[] } {
  const effects = [...step.effects];
  let { call } = step;
  for (const event of events) {
    const next = transition(call, event, at);
    call = next.call;
    effects.push(...next.effects);
  }
  return { call, effects };
}

/** What a call that stands already does; the effects are those of the events alone. */
export function talking(events: readonly CallEvent[] = [], step: Step = dialled()): { call: Call; effects: CallEffect[] } {
  const { call } = run(step, [{ type: 'answer' }, { type: 'established', remote: null }]);
  return run({ call, effects: [] }, events);
}

export const types = (effects: readonly CallEffect[]) => effects.map((effect) => effect.type);
