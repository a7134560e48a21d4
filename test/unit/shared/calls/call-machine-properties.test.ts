import fc from 'fast-check';
import { describe, it } from 'vitest';
import { turnedAwayCall } from '#shared/calls/call-beginnings.ts';
import { mostRepairNotes, repairCauses } from '#shared/calls/call.ts';
import { transition } from '#shared/calls/call-machine.ts';
import { type Call, type CallEffect, type CallEvent, deadlineNames, type Step } from '#shared/calls/call-state.ts';
import { anna, arrival, at, ben, dialled, means, received, run } from '#test/support/calls/machine-run.ts';

const error = { code: 'server-error', details: {} } as const;
const flag = fc.boolean();

const begins = fc.constantFrom<CallEvent>(
  { type: 'answer' },
  { type: 'trying' },
  { type: 'ringing' },
  { type: 'early-media' },
  { type: 'established', remote: null },
  { type: 'established', remote: anna },
  { type: 'redirected', to: ben },
  { type: 'auto-answer-dropped', tone: 'ring' },
);

const ends = fc.oneof(
  fc.constantFrom<CallEvent>(
    { type: 'decline', as: 'busy' },
    { type: 'deflect', target: '202' },
    { type: 'hang-up' },
    { type: 'rejected', status: 486, cleared: false, who: ben, error: null },
    { type: 'rejected', status: 603, cleared: true, who: null, error: null },
    { type: 'rejected', status: 487, cleared: false, who: null, error: null },
    { type: 'rejected', status: 500, cleared: false, who: null, error },
    { type: 'closed' },
    { type: 'failed', error },
  ),
  flag.map((answeredElsewhere) => ({ type: 'cancelled', answeredElsewhere, who: ben }) as const),
  fc.constantFrom('remote', 'network').map((by) => ({ type: 'terminated', by }) as const),
);

const transfers = fc.constantFrom<CallEvent>(
  { type: 'transfer', to: ben, target: { kind: 'blind', target: '202' }, slot: null, holdFirst: true },
  { type: 'transfer', to: ben, target: { kind: 'attended', call: 'b' }, slot: null, holdFirst: false },
  { type: 'transfer', to: ben, target: { kind: 'blind', target: '700' }, slot: '701', holdFirst: true },
  { type: 'transfer-accepted' },
  { type: 'transfer-ringing' },
  { type: 'transfer-failed', error },
  { type: 'handed-over', to: ben },
  { type: 'handover-undone' },
  { type: 'handover-done' },
);

const holds = fc.oneof(
  flag.map((held) => ({ type: 'set-held', held }) as const),
  flag.map((held) => ({ type: 'remote-hold-changed', held }) as const),
  flag.map((held) => ({ type: 'local-hold-changed', held }) as const),
  flag.map((held) => ({ type: 'local-hold-failed', held, error }) as const),
);

const media = fc.oneof(
  fc.constantFrom<CallEvent>(
    { type: 'peer-changed' },
    { type: 'media-connected' },
    { type: 'sound-returned' },
    { type: 'microphone-failed', error },
    { type: 'microphone-recovered' },
    { type: 'recording-started' },
    { type: 'recording-failed', error },
  ),
  flag.map((on) => ({ type: 'set-recording', on }) as const),
  flag.map((reachable) => ({ type: 'reach-changed', reachable }) as const),
  fc
    .record({
      type: fc.constantFrom('repair-negotiated', 'repair-failed'),
      strategy: fc.constantFrom('refresh', 'restart-ice', 'relay', 'renegotiate', 'replace'),
    })
    .map((outcome): CallEvent => outcome),
  fc
    .record({
      cause: fc.constantFrom(...repairCauses.filter((cause) => cause !== 'window-lost')),
      means: fc.record({ farEndProduct: fc.constantFrom('', 'Asterisk'), hasRelay: flag }),
    })
    .map((lost) => ({ type: 'media-lost', ...lost }) as const),
);

const besides = fc.oneof(
  fc.constantFrom<CallEvent>(
    { type: 'send-dtmf', digits: '5', by: 'rtp' },
    { type: 'digits-failed', digits: '5', error },
    { type: 'referral-received', referral: { to: ben, by: null } },
    { type: 'referral-withdrawn' },
    { type: 'join-conference' },
    { type: 'leave-conference' },
    { type: 'consultation-freed' },
    { type: 'troubled', error },
    { type: 'remote-changed', remote: ben },
  ),
  flag.map((muted) => ({ type: 'set-muted', muted }) as const),
  flag.map((silenced) => ({ type: 'set-silenced', silenced }) as const),
  flag.map((accept) => ({ type: 'answer-referral', accept }) as const),
);

/** Everything that can happen to a call; what ends one is rarer, so that most runs come far. */
const anyEvent: fc.Arbitrary<CallEvent> = fc.oneof(
  { weight: 6, arbitrary: begins },
  { weight: 8, arbitrary: transfers },
  { weight: 6, arbitrary: holds },
  { weight: 6, arbitrary: media },
  { weight: 4, arbitrary: besides },
  { weight: 5, arbitrary: fc.constantFrom(...deadlineNames).map((name) => ({ type: 'deadline', name, means }) as const) },
  { weight: 1, arbitrary: ends },
  {
    weight: 1,
    arbitrary: fc.constantFrom<CallEvent>({ type: 'transfer-succeeded' }, { type: 'media-lost', cause: 'window-lost', means }),
  },
);

const beginnings: Readonly<Record<string, Step>> = {
  'a call that rings': received(),
  'a call that is taken by itself': received({ autoAnswer: { afterMs: 2_000, muted: true } }),
  'a call that is sent on': received({ noAnswer: { afterMs: 20_000, target: '202' } }),
  'a call that is turned away': turnedAwayCall('a', arrival, { kind: 'forwarded', to: '202', why: 'always' }, at),
  'a dialled call': dialled(),
  'a consultation': dialled({ consultationFor: 'b' }),
  'an emergency call': dialled({ emergency: true }),
  'a pick-up': dialled({ errand: 'pick-up' }),
  'a call that stands': run(dialled(), [{ type: 'established', remote: null }]),
  'a conversation with an emergency centre': run(dialled({ emergency: true }), [{ type: 'established', remote: null }]),
};

/** What a far end that has gone left behind may still be answered. */
const afterwards: ReadonlySet<CallEffect['type']> = new Set(['set-deadline', 'clear-deadline', 'send-referral-answer'] as const);

/** What the edge would have running now. */
class Edge {
  readonly deadlines = new Set<string>();
  tone: string | null = null;
  recordings = 0;
  written = 0;

  perform(effects: readonly CallEffect[]): void {
    for (const effect of effects) {
      check(this.written === 0 || afterwards.has(effect.type), `${effect.type} after the end`);
      if (effect.type === 'start-tone') {
        check(this.tone === null, 'a tone over another one');
        this.tone = effect.tone;
      } else if (effect.type === 'stop-tone') {
        check(this.tone !== null, 'a tone is stopped that does not play');
        this.tone = null;
      } else if (effect.type === 'start-recording') this.recordings += 1;
      else if (effect.type === 'stop-recording') {
        this.recordings -= 1;
      } else if (effect.type === 'move-recording') check(this.recordings === 1, 'a recording moves that does not run');
      else if (effect.type === 'set-deadline') this.deadlines.add(effect.name);
      else if (effect.type === 'clear-deadline') {
        check(this.deadlines.delete(effect.name), `deadline ${effect.name} is cleared twice`);
      } else if (effect.type === 'write-history') this.written += 1;
      check(this.recordings === 0 || this.recordings === 1, `${this.recordings} recordings`);
    }
  }
}

describe.each(Object.entries(beginnings))('%s, in any order of events', (_name, first) => {
  it('starts and stops each tone, deadline and recording once, is written down once, and does nothing after its end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 40, size: 'max' }), (events) => {
        const edge = new Edge();
        let { call } = first;
        edge.perform(first.effects);
        for (const event of events) {
          if (event.type === 'deadline' && !edge.deadlines.delete(event.name)) continue;
          const step = transition(call, event, at);
          if (call.phase === 'ended') check(step.call === call && step.effects.length === 0, `${event.type} after the end`);
          edge.perform(step.effects);
          checkRepair(call, step, event);
          call = step.call;
          checkState(call, edge);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

/** Sound is repaired when it can be, step by step, and a repair alone ends no call. */
function checkRepair(before: Call, { call, effects }: Step, event: CallEvent): void {
  const orders = effects.filter(({ type }) => type === 'repair-sip' || type === 'reopen-audio');
  check(orders.length <= 1, 'two steps at once');
  if (orders.length === 1) {
    check(call.phase === 'connected' && call.reachable, 'a step that cannot arrive');
    check(call.repairs.at(-1)?.outcome === 'under-way', 'a step that nobody noted');
  }
  const isRepair = ['media-lost', 'reach-changed', 'repair-negotiated', 'repair-failed', 'sound-returned'].includes(event.type);
  const wasLost = event.type === 'media-lost' && event.cause === 'window-lost';
  check(!isRepair || wasLost || call.phase === before.phase, `${event.type} ended the call`);
  const notes = call.repairs.filter(({ outcome }) => outcome === 'under-way');
  check(notes.length <= 1 && (notes.length === 0 || notes[0] === call.repairs.at(-1)), 'two steps are under way');
  check(call.repairs.length <= mostRepairNotes, 'notes without an end');
  if (call.phase !== 'connected' || call.repair === null) return;
  check(call.reachable || call.repair.step === null, 'a step is tried while the line is cut off');
  check(!call.reachable || call.repair.step !== null, 'nothing is tried although the line reaches its server');
  if (before.phase !== 'connected' || before.repair === null) return;
  check(call.repair.since === before.repair.since, 'the time without sound began anew');
  if (event.type === 'reach-changed' && before.repair.step === null) check(call.repair.attempt === 0, 'steps were used up while waiting');
}

function checkState(call: Call, edge: Edge): void {
  check(edge.tone === call.tone, `tone ${String(call.tone)} in ${call.phase}`);
  check(edge.written === (call.phase === 'ended' || call.phase === 'referred' ? 1 : 0), 'the call list');
  check(edge.recordings === (call.phase === 'connected' && call.recording !== null ? 1 : 0), 'recording');
  check(call.emergency ? !edge.deadlines.has('not-answered') : true, 'an emergency call is given up');
  check(call.tone === null || ['ringing-in', 'ringing-out'].includes(call.phase), `a tone in ${call.phase}`);
  check(edge.deadlines.has('trouble') === (call.trouble !== null), 'trouble without its end');
  if (call.phase === 'ended') check(edge.deadlines.size === 0, `deadlines ${[...edge.deadlines].join()} after the end`);
  if (call.phase === 'ending') check([...edge.deadlines].join() === 'ending', `deadlines ${[...edge.deadlines].join()} at the end`);
  if (call.phase === 'referred') check([...edge.deadlines].join() === 'referral', `deadlines ${[...edge.deadlines].join()} of a referral`);
  if (call.phase === 'ending' || call.phase === 'referred' || call.phase === 'ended') {
    check(call.conference === null && call.trouble === null && call.handover === null, 'something goes on at the end');
    check(call.connectedAt !== null || !['hung-up-here', 'parked'].includes(call.reason.kind), 'parked without a conversation');
    return;
  }
  check(edge.deadlines.has('media') === (call.phase === 'connected' && !call.mediaStood && call.repair === null), 'waiting for media');
  check(edge.deadlines.has('handover') === (call.handover?.done === true), 'handover');
  if (call.phase !== 'connected') return;
  check(edge.deadlines.has('repair') === (call.repair !== null && call.repair.step !== null), 'a repair without an end');
  const { transfer } = call;
  check(edge.deadlines.has('transfer') === (transfer !== null && transfer.stage !== 'failed'), 'a transfer without an end');
  check(transfer?.stage !== 'holding' || call.holdWish === true, 'a transfer waits for a hold that nobody asked for');
}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
