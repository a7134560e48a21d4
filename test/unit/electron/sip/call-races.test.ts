import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { type Caller, ScriptedPeer, type Sent } from '#test/support/sip/scripted-peer.ts';

const terminal: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);

/** What either side, the network or the clock does next. */
const step = fc.oneof(
  fc.constantFrom('hang-up', 'accept', 'ring', 'hold', 'unhold', 'restart-ice', 'renegotiate', 'replace', 'lose-flow', 'bring-flow'),
  fc.constantFrom('far-bye', 'far-cancel', 'far-offer', 'far-offerless', 'far-hold', 'far-moves', 'far-replaces', 'far-ack'),
  fc.constantFrom('refer', 'digits', 'redirect', 'far-refer', 'far-refer-away', 'decline', 'follow', 'far-picks-up'),
  fc.record({ word: fc.constantFrom(100, 180, 200, 486), last: fc.boolean() }),
  fc.constantFrom('media-slow', 'media-fast', 'media-fails', 'second', 'half-minute'),
  fc.record({
    answer: fc.constantFrom(100, 180, 183, 200, 200, 200, 200, 408, 481, 486, 488, 491, 500),
    back: fc.integer({ min: 0, max: 3 }),
  }),
);
const beginnings = ['dialled', 'called', 'dialled, talking', 'called, talking'] as const;
type Beginning = (typeof beginnings)[number];
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One call in a world where anything may come at any time. */
class World {
  readonly peer = new ScriptedPeer();
  id = 'c1';
  #callee: Caller | undefined;
  readonly #farEnds: Caller[] = [];
  #followed = 0;

  async begin(beginning: Beginning): Promise<void> {
    const { peer } = this;
    if (beginning === 'dialled') peer.dial('c1', '202');
    else if (beginning === 'called, talking') {
      const { id, far } = await peer.answer();
      this.id = id;
      this.#farEnds.push(far);
    } else if (beginning === 'called') {
      this.#farEnds.push(peer.invite());
      this.id = peer.events[0]?.call ?? '';
    } else {
      this.#callee = (await peer.establish('c1')).far;
    }
  }

  async take(action: Step): Promise<void> {
    const { peer, id } = this;
    await peer.settle();
    const call = peer.calls.get(id);
    const far = this.#far();
    if (typeof action === 'object') {
      if ('word' in action) far?.notify(null, action.word, action.last ? 'terminated' : 'active;expires=60');
      else this.#answer(action.answer, action.back);
    } else if (action === 'refer') peer.calls.refer(id, { kind: 'blind', target: '203' });
    else if (action === 'digits') call?.sendDtmf('12', 'info');
    else if (action === 'redirect') peer.calls.redirect(id, '203', 'deflection');
    else if (action === 'far-refer') far?.send('REFER', '', ['Refer-To: <sip:203@lab.test>']);
    else if (action === 'far-refer-away') far?.send('REFER', '', ['Refer-To: <sip:203@lab.test>', 'Refer-Sub: false']);
    else if (action === 'decline') peer.calls.declineReferral(id);
    else if (action === 'follow') peer.dial(`f${++this.#followed}`, '203', { referral: id });
    else if (action === 'far-picks-up') this.#pickUp();
    else if (action === 'hang-up') call?.hangUp();
    else if (action === 'accept') call?.accept();
    else if (action === 'ring') call?.ring();
    else if (action === 'hold' || action === 'unhold') call?.setHold(action === 'hold');
    else if (action === 'restart-ice' || action === 'renegotiate' || action === 'replace') call?.repair(action);
    else if (action === 'lose-flow') peer.loseFlow();
    else if (action === 'bring-flow') peer.bringFlow();
    else if (action === 'media-slow') peer.media.hold();
    else if (action === 'media-fast') peer.media.release();
    else if (action === 'media-fails') peer.media.failNext('answer');
    else if (action === 'second') await peer.clock.advanceAsync(1000);
    else if (action === 'half-minute') await peer.clock.advanceAsync(32_000);
    else if (action === 'far-bye') far?.send('BYE');
    else if (action === 'far-cancel') far?.send('CANCEL');
    else if (action === 'far-offer') far?.send('INVITE', fakeSdp('far'));
    else if (action === 'far-offerless') far?.send('INVITE');
    else if (action === 'far-hold') far?.send('INVITE', fakeSdp('far', 'sendonly'));
    else if (action === 'far-moves') far?.send('INVITE', fakeSdp('moved'));
    else if (action === 'far-ack') far?.send('ACK');
    else if (far !== undefined) this.#farEnds.push(peer.invite({ sdp: fakeSdp('heir'), headers: [far.replaces] }));
    await peer.settle();
  }

  /** The person hangs up, the network works again, and the far end agrees to everything. */
  async windDown(): Promise<void> {
    const { peer } = this;
    peer.media.release();
    peer.bringFlow();
    await peer.settle();
    for (const { call } of [...peer.events]) peer.calls.get(call)?.hangUp();
    peer.calls.get(this.id)?.hangUp();
    for (const { call } of peer.events) peer.calls.declineReferral(call);
    for (let round = 0; round < 4; round++) {
      await peer.settle();
      for (const message of [...peer.sent]) if (message.what === 'BYE' || message.what === 'CANCEL') peer.respond(message, 200);
      await peer.clock.advanceAsync(70_000);
      vi.advanceTimersByTime(70_000);
    }
  }

  check(): void {
    const { peer } = this;
    expect(peer.calls.size).toBe(0);
    expect(peer.clock.pendingCount).toBe(0);
    expect([...peer.media.open]).toEqual([]);
    expect(peer.media.collisions).toEqual([]);
    for (const call of new Set(peer.events.map((event) => event.call))) {
      const types = peer.types(call);
      expect(types.filter((type) => terminal.has(type))).toHaveLength(1);
      // what was asked for before a BYE may be void later
      expect(terminal.has(types.findLast((type) => type !== 'referral-withdrawn') ?? '')).toBe(true);
    }
    expect(peer.core.dialogs.size).toBe(0);
  }

  dispose(): void {
    this.peer.calls.dispose();
    this.peer.core.dispose();
  }

  /** The far end of the newest dialog, with the tag that Commute gave. */
  #far(): Caller | undefined {
    const { sent } = this.peer;
    const incoming = this.#farEnds.at(-1);
    if (incoming !== undefined) {
      const answer = sent.findLast(({ what, header }) => (what === '180' || what === '200') && header('Call-ID') === incoming.callId);
      if (answer !== undefined) incoming.learn(answer);
      return incoming;
    }
    const invite = sent.find(({ what, header }) => what === 'INVITE' && !header('To').includes(';tag='));
    if (invite === undefined) return undefined;
    this.#callee ??= this.peer.callee(invite);
    return this.#callee;
  }

  /** Somebody names the dialog of our first INVITE, whether it rings, stands, or is gone. */
  #pickUp(): void {
    const { peer } = this;
    const invite = peer.sent.find(({ what, header }) => what === 'INVITE' && !header('To').includes(';tag='));
    if (invite === undefined) return;
    const tag = /tag=(\S+)/.exec(invite.header('From'))?.[1] ?? '';
    const replaces = `Replaces: ${invite.header('Call-ID')};to-tag=${tag};from-tag=far`;
    this.#farEnds.push(peer.invite({ sdp: fakeSdp('heir'), headers: [replaces] }));
  }

  #answer(status: number, back: number): void {
    const requests = this.peer.sent.filter(({ startLine, what }) => !startLine.startsWith('SIP/2.0') && what !== 'ACK');
    const request: Sent | undefined = requests.at(-1 - back);
    if (request === undefined) return;
    const carriesSdp = request.what === 'INVITE' && (status === 200 || status === 183);
    this.peer.respond(request, status, carriesSdp ? { sdp: fakeSdp('far') } : {});
  }
}

beforeEach(() => {
  // the timers of sip.js's transactions; promises and setImmediate stay real
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each(beginnings)(
  '%s: whatever follows in whatever order, a call ends once and leaves nothing',
  async (beginning) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20, size: 'max' }), async (steps) => {
        const world = new World();
        try {
          await world.begin(beginning);
          for (const action of steps) await world.take(action);
          await world.windDown();
          world.check();
        } finally {
          world.dispose();
        }
      }),
      { numRuns: 80 },
    );
  },
  60_000,
);
