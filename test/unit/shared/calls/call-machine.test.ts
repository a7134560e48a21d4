import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialledCall, endingDeadlineMs, receivedCall, transition } from '#shared/calls/call-machine.ts';
import { type Call, type CallEffect, type CallEvent, deadlineNames, type Step } from '#shared/calls/call-state.ts';

const anna = { displayName: 'Anna Weber', number: '201', uri: 'sip:201@office' };
const at = 1_000;

function run(step: Step, events: readonly CallEvent[]): { call: Call; effects: CallEffect[] } {
  const effects = [...step.effects];
  let { call } = step;
  for (const event of events) {
    const next = transition(call, event, at);
    call = next.call;
    effects.push(...next.effects);
  }
  return { call, effects };
}

const types = (effects: readonly CallEffect[]) => effects.map((effect) => effect.type);

describe('an outgoing call', () => {
  it('rings back, connects, and is hung up here', () => {
    const { call, effects } = run(dialledCall('a', anna, at), [
      { type: 'trying' },
      { type: 'ringing' },
      { type: 'established', remote: null },
      { type: 'hang-up' },
      { type: 'closed' },
    ]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'hung-up', by: 'local' }, connectedAt: at });
    expect(types(effects)).toEqual([
      'send-invite',
      'set-deadline',
      'start-tone',
      'clear-deadline',
      'stop-tone',
      'start-audio',
      'set-deadline',
      'hang-up-sip',
      'clear-deadline',
      'set-deadline',
      'clear-deadline',
      'write-history',
    ]);
  });

  it('lets the far end be heard before the answer, without our ringback over it', () => {
    const { call, effects } = run(dialledCall('a', anna, at), [{ type: 'ringing' }, { type: 'early-media' }, { type: 'ringing' }]);
    expect(call).toMatchObject({ phase: 'early-media', tone: null });
    expect(types(effects).slice(2)).toEqual(['start-tone', 'start-audio', 'stop-tone']);
  });

  it('is cancelled before the answer, also when the answer crosses', () => {
    const { call } = run(dialledCall('a', anna, at), [
      { type: 'ringing' },
      { type: 'hang-up' },
      { type: 'established', remote: null },
      { type: 'terminated', by: 'remote' },
    ]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'cancelled' }, connectedAt: null });
  });

  it.each([
    [486, { kind: 'busy' }],
    [600, { kind: 'busy' }],
    [603, { kind: 'declined', by: 'remote' }],
    [480, { kind: 'not-answered' }],
  ] as const)('ends for status %i as %o', (status, reason) => {
    const { call } = run(dialledCall('a', anna, at), [{ type: 'rejected', status, error: null }]);
    expect(call).toMatchObject({ phase: 'ended', reason });
  });

  it('is over for us when nobody confirms our good-bye', () => {
    const { call, effects } = run(dialledCall('a', anna, at), [
      { type: 'established', remote: null },
      { type: 'hang-up' },
      { type: 'deadline', name: 'ending', farEndProduct: '' },
    ]);
    expect(call.phase).toBe('ended');
    expect(effects).toContainEqual({ type: 'set-deadline', name: 'ending', afterMs: endingDeadlineMs });
  });

  it('gives up when nobody answers for longer than any server waits', () => {
    const { call } = run(dialledCall('a', anna, at), [
      { type: 'ringing' },
      { type: 'deadline', name: 'not-answered', farEndProduct: '' },
      { type: 'closed' },
    ]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'not-answered' } });
  });
});

describe('an incoming call', () => {
  it('rings, is answered at once, and connects with the ACK', () => {
    const { call, effects } = run(receivedCall('a', anna, null, 'ring', at), [{ type: 'answer' }, { type: 'established', remote: null }]);
    expect(call.phase).toBe('connected');
    expect(types(effects)).toEqual(['send-ringing', 'start-tone', 'accept', 'stop-tone', 'start-audio', 'set-deadline']);
  });

  it('has its answer made anew when the media window dies while it rings, and only then', () => {
    const ringing = receivedCall('a', anna, null, 'ring', at).call;
    const window = transition(ringing, { type: 'media-lost', cause: 'window-lost', farEndProduct: '' }, at);
    expect(window).toEqual({ call: ringing, effects: [{ type: 'send-ringing' }] });
    expect(transition(ringing, { type: 'media-lost', cause: 'path-lost', farEndProduct: '' }, at)).toEqual({ call: ringing, effects: [] });
  });

  it('is not a missed call when a colleague took it', () => {
    const { call } = run(receivedCall('a', anna, null, 'ring', at), [{ type: 'cancelled', answeredElsewhere: true }]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'answered-elsewhere' }, tone: null });
  });

  it('is missed when the caller gives up', () => {
    const { call } = run(receivedCall('a', anna, null, 'ring', at), [{ type: 'cancelled', answeredElsewhere: false }]);
    expect(call).toMatchObject({ phase: 'ended', reason: { kind: 'missed' } });
  });

  it('can be muted while it rings, and is muted when it connects', () => {
    const { effects } = run(receivedCall('a', anna, null, 'ring', at), [
      { type: 'set-muted', muted: true },
      { type: 'answer' },
      { type: 'established', remote: null },
    ]);
    expect(effects.filter((effect) => effect.type === 'apply-muted')).toHaveLength(2);
  });
});

describe('hold', () => {
  const talking = run(dialledCall('a', anna, at), [{ type: 'established', remote: null }]);

  it('is asked for once and true when negotiated', () => {
    const { call, effects } = run({ call: talking.call, effects: [] }, [
      { type: 'set-held', held: true },
      { type: 'set-held', held: true },
      { type: 'local-hold-changed', held: true },
    ]);
    expect(call).toMatchObject({ hold: { local: true, remote: false }, holdWish: null });
    expect(types(effects)).toEqual(['hold-sip']);
  });

  it('stays as it was when the far end refuses', () => {
    const { call } = run({ call: talking.call, effects: [] }, [
      { type: 'set-held', held: true },
      { type: 'local-hold-failed', held: true },
    ]);
    expect(call).toMatchObject({ hold: { local: false, remote: false }, holdWish: null });
  });
});

describe('the loss of the media window', () => {
  const talking = run(dialledCall('a', anna, at), [{ type: 'established', remote: null }]).call;

  it('is repaired by a re-INVITE, and by takeover when sound does not come back', () => {
    const { call, effects } = run({ call: talking, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', farEndProduct: 'Kamailio' },
      { type: 'peer-changed' },
      { type: 'repair-negotiated' },
      { type: 'deadline', name: 'repair', farEndProduct: 'Kamailio' },
    ]);
    expect(effects.filter((effect) => effect.type === 'repair-sip')).toEqual([
      { type: 'repair-sip', strategy: 'renegotiate' },
      { type: 'repair-sip', strategy: 'replace' },
    ]);
    expect(call).toMatchObject({ phase: 'connected', repair: { strategy: 'replace', attempt: 1 } });
  });

  it('goes straight to takeover with a server that keeps its DTLS', () => {
    const { effects } = run({ call: talking, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', farEndProduct: 'Asterisk PBX 22' },
    ]);
    expect(effects[0]).toEqual({ type: 'repair-sip', strategy: 'replace' });
  });

  it('is over when media flows again', () => {
    const { call } = run({ call: talking, effects: [] }, [
      { type: 'media-lost', cause: 'window-lost', farEndProduct: '' },
      { type: 'repair-negotiated' },
      { type: 'media-connected' },
    ]);
    expect(call).toMatchObject({ phase: 'connected', repair: null });
  });
});

describe('a media path that never comes to stand', () => {
  const answered = run(dialledCall('a', anna, at), [{ type: 'established', remote: null }]);
  const late = { type: 'deadline', name: 'media', farEndProduct: '' } as const;

  it('is repaired by a new peer connection', () => {
    const { call, effects } = run({ call: answered.call, effects: [] }, [late]);
    expect(call).toMatchObject({ phase: 'connected', repair: { cause: 'path-missing', strategy: 'renegotiate' } });
    expect(effects).toContainEqual({ type: 'repair-sip', strategy: 'renegotiate' });
  });

  it('is not waited for when it stood before the answer was confirmed', () => {
    const { effects } = run(receivedCall('a', anna, null, 'ring', at), [
      { type: 'answer' },
      { type: 'media-connected' },
      { type: 'established', remote: null },
    ]);
    expect(effects).not.toContainEqual(expect.objectContaining({ name: 'media' }));
  });

  it('is forgotten when it stands', () => {
    const { call, effects } = run({ call: answered.call, effects: [] }, [{ type: 'media-connected' }, late]);
    expect(call).toMatchObject({ phase: 'connected', repair: null });
    expect(effects).toEqual([{ type: 'clear-deadline', name: 'media' }]);
  });
});

describe('any order of events', () => {
  const error = { code: 'server-error', details: {} } as const;
  const anyEvent: fc.Arbitrary<CallEvent> = fc.oneof(
    fc.constantFrom<CallEvent>(
      { type: 'answer' },
      { type: 'decline' },
      { type: 'hang-up' },
      { type: 'trying' },
      { type: 'ringing' },
      { type: 'early-media' },
      { type: 'established', remote: null },
      { type: 'established', remote: anna },
      { type: 'rejected', status: 486, error: null },
      { type: 'rejected', status: 500, error },
      { type: 'closed' },
      { type: 'failed', error },
      { type: 'repair-negotiated' },
      { type: 'repair-failed' },
      { type: 'peer-changed' },
      { type: 'media-connected' },
      { type: 'microphone-failed', error },
      { type: 'microphone-recovered' },
      { type: 'send-dtmf', digits: '5' },
    ),
    fc.boolean().map((muted) => ({ type: 'set-muted', muted }) as const),
    fc.boolean().map((held) => ({ type: 'set-held', held }) as const),
    fc.boolean().map((held) => ({ type: 'remote-hold-changed', held }) as const),
    fc.boolean().map((held) => ({ type: 'local-hold-changed', held }) as const),
    fc.boolean().map((answeredElsewhere) => ({ type: 'cancelled', answeredElsewhere }) as const),
    fc.constantFrom('remote', 'network').map((by) => ({ type: 'terminated', by }) as const),
    fc
      .record({ cause: fc.constantFrom('window-lost', 'path-lost', 'path-missing'), farEndProduct: fc.constantFrom('', 'Asterisk') })
      .map((lost) => ({ type: 'media-lost', ...lost }) as const),
    fc.constantFrom(...deadlineNames).map((name) => ({ type: 'deadline', name, farEndProduct: '' }) as const),
  );

  it('starts and stops each tone and deadline in pairs, writes history once, and does nothing after the end', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(anyEvent, { maxLength: 40 }), (incoming, events) => {
        const first = incoming ? receivedCall('a', anna, null, 'ring', at) : dialledCall('a', anna, at);
        let { call } = first;
        let playing = 0;
        let written = 0;
        const deadlines = new Set<string>();
        const perform = (effects: readonly CallEffect[]) => {
          for (const effect of effects) {
            if (effect.type === 'start-tone') playing += 1;
            if (effect.type === 'stop-tone') playing -= 1;
            if (effect.type === 'write-history') written += 1;
            if (effect.type === 'set-deadline') deadlines.add(effect.name);
            if (effect.type === 'clear-deadline') deadlines.delete(effect.name);
            expect(playing === 0 || playing === 1).toBe(true);
          }
        };
        perform(first.effects);
        for (const event of events) {
          const wasEnded = call.phase === 'ended';
          if (event.type === 'deadline') deadlines.delete(event.name);
          const step = transition(call, event, at);
          if (wasEnded) expect(step).toEqual({ call, effects: [] });
          call = step.call;
          perform(step.effects);
          expect(playing === 1).toBe(call.tone !== null);
          if (call.phase === 'ended') {
            expect(written).toBe(1);
            expect([...deadlines]).toEqual([]);
          } else expect(written).toBe(0);
          if (call.phase === 'connected' && call.repair === null) expect(deadlines.has('repair')).toBe(false);
          if (call.phase !== 'connected' || call.mediaStood || call.repair !== null) expect(deadlines.has('media')).toBe(false);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
