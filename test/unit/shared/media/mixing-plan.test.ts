import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallSound, type Feed, type MixingInput, planMixing, type RecordingOrder } from '#shared/media/mixing-plan.ts';

const talking: CallSound = { held: false, heldByFarEnd: false };
const held: CallSound = { held: true, heldByFarEnd: false };
const holding: CallSound = { held: false, heldByFarEnd: true };
const silence: Feed = { microphoneOf: null, from: [], sign: false };
const member = (peer: string, silenced = false) => ({ peer, silenced });

function plan({
  calls = { a: talking, b: talking, c: talking },
  members = [],
  recordings = {},
}: {
  readonly calls?: Readonly<Record<string, CallSound>>;
  readonly members?: MixingInput['members'];
  readonly recordings?: Readonly<Record<string, RecordingOrder>>;
}) {
  const { sent, recorded, sign } = planMixing({
    calls: new Map(Object.entries(calls)),
    members,
    recordings: new Map(Object.entries(recordings)),
  });
  return { sent: Object.fromEntries(sent), recorded: Object.fromEntries(recorded), sign };
}

describe('a conference', () => {
  it('sends each member the microphone and all other members', () => {
    expect(plan({ members: [member('a'), member('b'), member('c')] })).toEqual({
      sent: {
        a: { microphoneOf: 'a', from: ['b', 'c'], sign: false },
        b: { microphoneOf: 'b', from: ['a', 'c'], sign: false },
        c: { microphoneOf: 'c', from: ['a', 'b'], sign: false },
      },
      recorded: {},
      sign: false,
    });
  });

  it('needs two members that are there, each counted once', () => {
    expect(plan({ members: [member('a')] }).sent).toEqual({});
    expect(plan({ members: [member('a'), member('a'), member('gone')] }).sent).toEqual({});
  });

  it('lets a silenced member and one that plays its music listen only', () => {
    const { sent } = plan({ calls: { a: talking, b: talking, c: holding }, members: [member('a'), member('b', true), member('c')] });
    expect([sent['a']?.from, sent['b']?.from, sent['c']?.from]).toEqual([[], ['a'], ['a']]);
  });

  it('takes a held member out both ways', () => {
    const { sent } = plan({ calls: { a: held, b: talking, c: talking }, members: [member('a'), member('b'), member('c')] });
    expect(sent).toEqual({
      a: silence,
      b: { microphoneOf: 'b', from: ['c'], sign: false },
      c: { microphoneOf: 'c', from: ['b'], sign: false },
    });
  });
});

describe('a recording', () => {
  it('holds both directions and leaves the call with its bare microphone', () => {
    expect(plan({ recordings: { r: { peer: 'a', tone: false } } })).toEqual({
      sent: {},
      recorded: { r: { microphoneOf: 'a', from: ['a'], sign: false } },
      sign: false,
    });
  });

  it('holds the whole conference', () => {
    const { recorded } = plan({ members: [member('a'), member('b'), member('c')], recordings: { r: { peer: 'a', tone: false } } });
    expect(recorded).toEqual({ r: { microphoneOf: 'a', from: ['b', 'c', 'a'], sign: false } });
  });

  it('is silent while the call is held, and while it has no peer', () => {
    const recordings = { r: { peer: 'a', tone: true }, s: { peer: 'gone', tone: true } };
    expect(plan({ calls: { a: held }, recordings })).toEqual({ sent: { a: silence }, recorded: { r: silence, s: silence }, sign: false });
  });

  it('with a sign is told to everybody whom it holds, and to the person', () => {
    const alone = plan({ recordings: { r: { peer: 'a', tone: true } } });
    expect(alone.sent).toEqual({ a: { microphoneOf: 'a', from: [], sign: true } });
    expect(alone.recorded['r']).toEqual({ microphoneOf: 'a', from: ['a'], sign: true });
    expect(alone.sign).toBe(true);
    const together = plan({ members: [member('a'), member('b')], recordings: { r: { peer: 'a', tone: true } } });
    expect([together.sent['a']?.sign, together.sent['b']?.sign, together.sent['c']]).toEqual([true, true, undefined]);
  });
});

it('nobody is sent himself or somebody who is not to be heard, whatever was declared', () => {
  const peer = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const input = fc.record({
    calls: fc.dictionary(peer, fc.record({ held: fc.boolean(), heldByFarEnd: fc.boolean() })),
    members: fc.array(fc.record({ peer, silenced: fc.boolean() }), { maxLength: 8 }),
    recordings: fc.dictionary(fc.constantFrom('r', 's'), fc.record({ peer, tone: fc.boolean() })),
  });
  fc.assert(
    fc.property(input, ({ calls, members, recordings }) => {
      const { sent, recorded, sign } = plan({ calls, members, recordings });
      const soundOf = (peer: string): CallSound | undefined => new Map<string, CallSound>(Object.entries(calls)).get(peer);
      const last = new Map<string, boolean>(members.map((one) => [one.peer, one.silenced]));
      for (const [to, { microphoneOf, from }] of Object.entries(sent)) {
        expect(from).not.toContain(to);
        expect(microphoneOf).toBe(soundOf(to)?.held === true ? null : to);
        for (const other of from) expect([soundOf(other), last.get(other)]).toEqual([talking, false]);
        expect(new Set(from).size).toBe(from.length);
      }
      expect(Object.keys(recorded)).toEqual(Object.keys(recordings));
      expect(sign).toBe(Object.values(sent).some((feed) => feed.sign));
      if (!Object.values(recordings).some(({ tone }) => tone)) expect(sign).toBe(false);
    }),
  );
});
