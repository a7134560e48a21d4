import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { type RelayedLine, ReorderingRelay, terminalEvents } from '#test/support/sip/reordering-relay.ts';

/** The races of RFC 5407 section 3 between lines of ours, over a network that delays and reorders by a seed. */
const seeds = 60;
const longestMs = 400;

beforeEach(() => {
  // the timers of sip.js's transactions; promises and setImmediate stay real
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

class Race {
  readonly relay: ReorderingRelay;
  readonly ann: RelayedLine;
  readonly bob: RelayedLine;
  readonly carl: RelayedLine;

  constructor(seed: number) {
    this.relay = new ReorderingRelay(new SeededRandom(seed), longestMs, (ms) => vi.advanceTimersByTime(ms));
    this.ann = this.relay.join('201');
    this.bob = this.relay.join('202');
    this.carl = this.relay.join('203');
  }

  /** Ann's call, ringing at Bob. */
  async ring(): Promise<{ anns: string; bobs: string }> {
    const anns = this.ann.dial('202');
    await this.relay.run(2 * longestMs);
    this.bob.calls.get(this.bob.incoming)?.ring();
    await this.relay.run(2 * longestMs);
    return { anns, bobs: this.bob.incoming };
  }

  async talk(): Promise<{ anns: string; bobs: string }> {
    const calls = await this.ring();
    this.bob.calls.get(calls.bobs)?.accept();
    await this.relay.run(4 * longestMs);
    expect(this.ann.types(calls.anns)).toContain('established');
    expect(this.bob.types(calls.bobs)).toContain('established');
    return calls;
  }

  /** Both do something, each in a moment of its own. */
  async both(one: () => void, other: () => void): Promise<void> {
    this.relay.clock.schedule(this.relay.moment(), one);
    this.relay.clock.schedule(this.relay.moment(), other);
    await this.relay.run(20_000);
  }

  /** Everybody hangs up; nothing may stay behind anywhere. */
  async check(): Promise<void> {
    for (const line of this.relay.lines) line.hangUpAll();
    await this.relay.run(120_000);
    for (const line of this.relay.lines) {
      expect([line.user, line.calls.size, line.core.dialogs.size, [...line.media.open], line.media.collisions]).toEqual([
        line.user,
        0,
        0,
        [],
        [],
      ]);
      for (const call of line.ids) {
        const types = line.types(call);
        expect(types.filter((type) => terminalEvents.has(type))).toHaveLength(1);
        expect(terminalEvents.has(types.at(-1) ?? '')).toBe(true);
      }
    }
    expect(this.relay.clock.pendingCount).toBe(0);
  }
}

/** Runs a race under many seeds. */
function race(name: string, run: (race: Race, seed: number) => Promise<void>, count = seeds): void {
  it(
    name,
    async () => {
      for (let seed = 1; seed <= count; seed++) {
        const one = new Race(seed);
        try {
          await run(one, seed);
          await one.check();
        } catch (error) {
          throw new Error(`with seed ${seed}`, { cause: error });
        } finally {
          one.relay.dispose();
        }
      }
    },
    60_000,
  );
}

/** What a line believes of hold: its own, the other's. */
function holds(line: RelayedLine, call: string): { local: boolean; remote: boolean } {
  const state = { local: false, remote: false };
  for (const event of line.events) {
    if (event.call !== call) continue;
    if (event.type === 'local-hold-changed') state.local = event.held;
    else if (event.type === 'remote-hold-changed') state.remote = event.held;
  }
  return state;
}

race('CANCEL crosses 200 (RFC 5407 section 3.1.2)', async (one) => {
  const { anns, bobs } = await one.ring();
  await one.both(
    () => one.ann.calls.get(anns)?.hangUp(),
    () => one.bob.calls.get(bobs)?.accept(),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('CANCEL crosses a refusal', async (one) => {
  const { anns, bobs } = await one.ring();
  await one.both(
    () => one.ann.calls.get(anns)?.hangUp(),
    () => one.bob.calls.get(bobs)?.reject(486),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('BYE crosses BYE (section 3.2.2)', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.hangUp(),
    () => one.bob.calls.get(bobs)?.hangUp(),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('the callee hangs up before the ACK is there (section 3.1.5)', async (one) => {
  const { bobs } = await one.ring();
  one.bob.calls.get(bobs)?.accept();
  await one.both(
    () => one.bob.calls.get(bobs)?.hangUp(),
    () => {},
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('re-INVITE crosses re-INVITE (section 3.2.1): both wishes come true', async (one, seed) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.setHold(true),
    () => one.bob.calls.get(bobs)?.setHold(true),
  );
  expect([holds(one.ann, anns), holds(one.bob, bobs)]).toEqual([
    { local: true, remote: true },
    { local: true, remote: true },
  ]);
  await one.both(
    () => one.ann.calls.get(anns)?.setHold(false),
    () => one.bob.calls.get(bobs)?.setHold(seed % 2 === 0),
  );
  expect(holds(one.ann, anns)).toEqual({ local: false, remote: seed % 2 === 0 });
  expect(holds(one.bob, bobs)).toEqual({ local: seed % 2 === 0, remote: false });
});

race('BYE crosses re-INVITE (section 3.2.3)', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.hangUp(),
    () => one.bob.calls.get(bobs)?.setHold(true),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('a takeover crosses BYE', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.repair('replace'),
    () => one.bob.calls.get(bobs)?.hangUp(),
  );
});

race('a takeover crosses a takeover: the call goes on, once', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.repair('replace'),
    () => one.bob.calls.get(bobs)?.repair('replace'),
  );
  expect([one.ann.calls.size, one.bob.calls.size, one.ann.core.dialogs.size, one.bob.core.dialogs.size]).toEqual([1, 1, 1, 1]);
});

race(
  'both ends restart ICE at once: both are told, and both use what the other has',
  async (one) => {
    const { anns, bobs } = await one.talk();
    const begun = one.relay.clock.monotonicMs();
    const settled = new Map<string, number>();
    for (const line of [one.ann, one.bob]) {
      line.calls.callEvents.event(({ type }) => {
        if (type === 'repair-negotiated') settled.set(line.user, one.relay.clock.monotonicMs() - begun);
      });
    }
    await one.both(
      () => one.ann.calls.get(anns)?.repair('restart-ice'),
      () => one.bob.calls.get(bobs)?.repair('restart-ice'),
    );
    for (const [line, call] of [
      [one.ann, anns],
      [one.bob, bobs],
    ] as const) {
      expect(line.types(call).filter((type) => type.startsWith('repair'))).toEqual(['repair-negotiated']);
      expect(settled.get(line.user)).toBeLessThan(8_000);
    }
    const [ours, theirs] = [one.ann.media.iceOf(anns), one.bob.media.iceOf(bobs)];
    expect([ours.far, theirs.far]).toEqual([theirs.own, ours.own]);
  },
  1_000,
);

race('a restart of ICE crosses a hold of the other end: both come true', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.get(anns)?.repair('restart-ice'),
    () => one.bob.calls.get(bobs)?.setHold(true),
  );
  expect(one.ann.types(anns)).toContain('repair-negotiated');
  expect(holds(one.ann, anns)).toEqual({ local: false, remote: true });
});

race('REFER crosses BYE', async (one) => {
  const { anns, bobs } = await one.talk();
  await one.both(
    () => one.ann.calls.refer(anns, { kind: 'blind', target: '203' }),
    () => one.bob.calls.get(bobs)?.hangUp(),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('REFER crosses re-INVITE, and a BYE of the one who is referred the call that follows', async (one) => {
  const { anns, bobs } = await one.talk();
  one.bob.follow();
  await one.both(
    () => one.ann.calls.refer(anns, { kind: 'blind', target: '203' }),
    () => one.bob.calls.get(bobs)?.setHold(true),
  );
  const next = one.bob.ids.at(-1) ?? '';
  expect(next).not.toBe(bobs);
  await one.both(
    () => one.bob.calls.get(bobs)?.hangUp(),
    () => one.carl.calls.get(one.carl.incoming)?.accept(),
  );
  expect(one.ann.calls.size).toBe(0);
  expect([one.bob.types(next).at(-1), one.carl.types(one.carl.incoming).at(-1)]).toEqual(['established', 'established']);
  expect(one.ann.types(anns).filter((type) => type.startsWith('transfer'))).toEqual(['transfer-accepted', 'transfer-succeeded']);
});

race('an attended transfer, while the one who asks for it hangs up', async (one) => {
  const { anns } = await one.talk();
  one.bob.follow();
  const consultation = one.ann.dial('203');
  await one.relay.run(2 * longestMs);
  const carls = one.carl.incoming;
  one.carl.calls.get(carls)?.accept();
  await one.relay.run(4 * longestMs);
  await one.both(
    () => one.ann.calls.refer(anns, { kind: 'attended', call: consultation }),
    () => one.relay.clock.schedule(2 * longestMs + one.relay.moment(), () => one.ann.calls.get(anns)?.hangUp()),
  );
  // whoever was quicker: Bob and Carl talk, or Bob has nobody and Carl still has Ann
  const met = one.bob.calls.size === 1;
  expect([one.carl.calls.size, one.ann.calls.get(consultation) === undefined]).toEqual([1, met]);
  if (met) expect(one.carl.types(carls)).toContain('remote-changed');
});

race('an attended transfer, while the target hangs up', async (one) => {
  const { anns } = await one.talk();
  one.bob.follow();
  const consultation = one.ann.dial('203');
  await one.relay.run(2 * longestMs);
  const carls = one.carl.incoming;
  one.carl.calls.get(carls)?.accept();
  await one.relay.run(4 * longestMs);
  await one.both(
    () => one.ann.calls.refer(anns, { kind: 'attended', call: consultation }),
    () => one.relay.clock.schedule(2 * one.relay.moment(), () => one.carl.calls.get(carls)?.hangUp()),
  );
  expect(one.carl.calls.size).toBe(0);
});

race('a transfer before the answer, while the target answers', async (one) => {
  const { anns } = await one.talk();
  one.bob.follow();
  const consultation = one.ann.dial('203');
  await one.relay.run(2 * longestMs);
  const carls = one.carl.incoming;
  one.carl.calls.get(carls)?.ring();
  await one.relay.run(2 * longestMs);
  await one.both(
    () => one.ann.calls.refer(anns, { kind: 'attended', call: consultation }),
    () => one.carl.calls.get(carls)?.accept(),
  );
  one.carl.calls.get(one.carl.incoming)?.accept();
  await one.relay.run(20_000);
  // in whatever way it came about
  expect(
    one.ann
      .types(anns)
      .filter((type) => type.startsWith('transfer'))
      .at(-1),
  ).toBe('transfer-succeeded');
  expect(one.carl.calls.size).toBe(1);
});

race('302 crosses CANCEL', async (one) => {
  const { anns, bobs } = await one.ring();
  await one.both(
    () => one.ann.calls.get(anns)?.hangUp(),
    () => one.bob.calls.redirect(bobs, '203', 'deflection'),
  );
  expect([one.ann.calls.size, one.bob.calls.size]).toEqual([0, 0]);
});

race('a pickup crosses the answer of the one who is called', async (one) => {
  const { anns, bobs } = await one.ring();
  await one.both(
    () => one.carl.pickUp(one.ann, one.bob, bobs),
    () => one.bob.calls.get(bobs)?.accept(),
  );
  expect([one.ann.calls.size, one.bob.calls.size + one.carl.calls.size]).toEqual([1, 1]);
  expect(one.ann.types(anns)).toContain('established');
});

race('a pickup crosses CANCEL', async (one) => {
  const { anns, bobs } = await one.ring();
  await one.both(
    () => one.carl.pickUp(one.ann, one.bob, bobs),
    () => one.ann.calls.get(anns)?.hangUp(),
  );
  expect([one.ann.calls.size, one.bob.calls.size, one.carl.calls.size]).toEqual([0, 0, 0]);
});
