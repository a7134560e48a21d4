import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { RegisterVerdict } from '#shared/registration/register-answer.ts';
import { signedOut, transition } from '#shared/registration/registration-machine.ts';
import type { RegistrationEffect, RegistrationEvent, RegistrationState } from '#shared/registration/registration-state.ts';
import { statusOf } from '#shared/registration/registration-state.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const refused: ErrorReport = { code: 'connection-refused', details: {} };
const ok: RegisterVerdict = { kind: 'accepted', expiresSeconds: 600, otherContacts: [] };

/** Runs the machine on a clock that stands still, and keeps the effects. */
class Driver {
  readonly clock = new VirtualClock();
  readonly effects: RegistrationEffect[] = [];
  state: RegistrationState = signedOut(600);
  readonly #serverCount: number;
  readonly #fraction: () => number;
  #timer: Disposable | undefined;

  constructor(serverCount = 1, fraction: () => number = () => 0.5) {
    this.#serverCount = serverCount;
    this.#fraction = fraction;
  }

  send(...events: RegistrationEvent[]): this {
    for (const event of events) {
      const step = transition(this.state, event, {
        serverCount: this.#serverCount,
        wallMs: this.clock.wallMs(),
        monotonicMs: this.clock.monotonicMs(),
        fraction: this.#fraction(),
      });
      this.state = step.state;
      for (const effect of step.effects) this.#perform(effect);
    }
    return this;
  }

  register(): this {
    return this.send({ type: 'start' }, { type: 'flow-opened' }, { type: 'answered', verdict: ok });
  }

  /** Types of the effects since the last call. */
  taken(): string[] {
    return this.effects.splice(0).map(({ type }) => type);
  }

  #perform(effect: RegistrationEffect): void {
    this.effects.push(effect);
    if (effect.type === 'set-timer') {
      this.#timer?.dispose();
      this.#timer = this.clock.schedule(effect.delayMs, () => this.send({ type: 'timer' }));
    }
    if (effect.type === 'clear-timer') this.#timer?.dispose();
  }
}

describe('the registration machine', () => {
  it('connects, registers, refreshes between 80 and 90 per cent of the lifetime, and stays registered meanwhile', () => {
    const driver = new Driver().register();
    expect(driver.taken()).toEqual(['clear-timer', 'open-flow', 'send-register', 'set-timer', 'set-timer', 'announce-flow-ready']);
    expect(driver.clock.nextDelayMs).toBe(510_000);
    driver.clock.advance(510_000);
    expect(driver.state).toMatchObject({ phase: 'registered', refreshing: true });
    driver.send({ type: 'answered', verdict: ok });
    expect(driver.taken()).toEqual(['send-register', 'set-timer', 'set-timer']);
  });

  it('retries at once after a cut and announces loss and return', () => {
    const driver = new Driver().register();
    driver.clock.advance(60_000);
    driver.taken();
    driver.send({ type: 'flow-lost', error: refused });
    expect(driver.clock.nextDelayMs).toBe(125);
    driver.clock.advance(125);
    driver.send({ type: 'flow-opened' }, { type: 'answered', verdict: ok });
    expect(driver.taken()).toEqual([
      'announce-flow-lost',
      'set-timer',
      'open-flow',
      'send-register',
      'set-timer',
      'set-timer',
      'announce-flow-ready',
    ]);
  });

  it('does not forget failures before a registration has stood for half a minute', () => {
    const driver = new Driver();
    driver.register();
    for (const expected of [125, 1_000, 2_000, 4_000]) {
      driver.send({ type: 'flow-lost', error: refused });
      expect(driver.clock.nextDelayMs).toBe(expected);
      driver.clock.advance(expected);
      driver.send({ type: 'flow-opened' }, { type: 'answered', verdict: ok });
    }
  });

  it('walks over all addresses and reports the preferred one', () => {
    const driver = new Driver(3).send({ type: 'start' });
    const other: ErrorReport = { code: 'certificate-untrusted', details: {} };
    driver.send({ type: 'flow-failed', error: refused }, { type: 'flow-failed', error: other });
    expect(driver.state).toMatchObject({ phase: 'connecting', server: 2 });
    driver.send({ type: 'flow-failed', error: other });
    expect(driver.state).toMatchObject({ phase: 'waiting', server: 0, error: refused });
  });

  it('waits for the person when the preferred certificate is the matter', () => {
    const error: ErrorReport = { code: 'certificate-changed', details: {} };
    const driver = new Driver().send({ type: 'start' }, { type: 'flow-failed', error });
    expect(driver.state).toMatchObject({ phase: 'refused', error });
    expect(driver.clock.pendingCount).toBe(0);
    driver.send({ type: 'reconnect', credentialsChanged: false });
    expect(driver.state.phase).toBe('connecting');
  });

  it('keeps the flow of calls when a refresh is answered with 503, and replaces it when it is not answered', () => {
    const driver = new Driver().register();
    driver.clock.advance(510_000);
    driver.taken();
    driver.send({ type: 'answered', verdict: { kind: 'retry', error: { code: 'server-busy', details: {} }, retryAfterSeconds: 10 } });
    expect(driver.state).toMatchObject({ phase: 'waiting', flow: 'ready' });
    driver.clock.advance(10_500);
    expect(driver.taken()).toEqual(['set-timer', 'send-register', 'set-timer']);
    driver.clock.advance(4_000);
    expect(driver.taken()).toEqual(['close-flow', 'announce-flow-lost', 'set-timer']);
  });

  it('gives a slow server time as long as it shows signs of life', () => {
    const driver = new Driver().send({ type: 'start' }, { type: 'flow-opened' });
    driver.clock.advance(3_900);
    driver.send({ type: 'progress' });
    driver.clock.advance(3_900);
    expect(driver.state.phase).toBe('registering');
  });

  it('signs out at once without a binding, and after two seconds of silence with one', () => {
    const early = new Driver().send({ type: 'start' }, { type: 'unregister' });
    expect(early.state.phase).toBe('signed-out');
    expect(early.taken()).toContain('announce-removal-finished');
    const late = new Driver().register().send({ type: 'unregister' });
    late.taken();
    late.clock.advance(2_000);
    expect(late.state.phase).toBe('signed-out');
    expect(late.taken()).toEqual(['clear-timer', 'close-flow', 'announce-flow-lost', 'announce-removal-finished']);
    expect(late.clock.pendingCount).toBe(0);
  });

  it('never storms, never registers without a flow, and keeps one timer at most, whatever happens', () => {
    const verdict: fc.Arbitrary<RegisterVerdict> = fc.oneof(
      fc.record({
        kind: fc.constant('accepted' as const),
        expiresSeconds: fc.integer({ min: 60, max: 86_400 }),
        otherContacts: fc.constant([]),
      }),
      fc.record({ kind: fc.constant('interval-too-brief' as const), minExpiresSeconds: fc.option(fc.nat(200_000), { nil: undefined }) }),
      fc.record({
        kind: fc.constant('retry' as const),
        error: fc.constant(refused),
        retryAfterSeconds: fc.option(fc.nat(10_000), { nil: undefined }),
      }),
    );
    const event: fc.Arbitrary<RegistrationEvent | number> = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 60_000 }) },
      fc.constantFrom<RegistrationEvent>(
        { type: 'start' },
        { type: 'flow-opened' },
        { type: 'flow-failed', error: refused },
        { type: 'flow-lost', error: refused },
        { type: 'progress' },
        { type: 'removed' },
      ),
      verdict.map((answer): RegistrationEvent => ({ type: 'answered', verdict: answer })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (events, serverCount) => {
        const driver = new Driver(serverCount, () => 0.3).send({ type: 'start' });
        for (const next of events) {
          if (typeof next === 'number') driver.clock.advance(next);
          else driver.send(next);
          expect(driver.clock.pendingCount).toBeLessThanOrEqual(1);
          const { phase, flow } = driver.state;
          if (phase === 'registered') expect(flow).toBe('ready');
          if (phase === 'registering') expect(['open', 'ready']).toContain(flow);
          if (phase === 'connecting') expect(flow).toBe('opening');
          if (phase === 'signed-out' || phase === 'refused') expect(driver.clock.pendingCount).toBe(0);
          statusOf(driver.state, String);
        }
        // each failure costs one opening an address; successes need an event each
        const failures = events.filter((one) => typeof one !== 'number').length;
        const opened = driver.effects.filter(({ type }) => type === 'open-flow').length;
        const sent = driver.effects.filter(({ type }) => type === 'send-register').length;
        const minutes = driver.clock.monotonicMs() / 60_000;
        expect(opened).toBeLessThanOrEqual(1 + failures + minutes * 4 * serverCount + 10);
        expect(sent).toBeLessThanOrEqual(1 + failures + minutes * 4 * serverCount + 10);
      }),
      { numRuns: 300 },
    );
  });

  it('asks a server that cuts every connection at once less than forty times in ten minutes', () => {
    const driver = new Driver(1, () => 0).register();
    let registers = 0;
    while (driver.clock.monotonicMs() < 600_000) {
      driver.send({ type: 'flow-lost', error: refused });
      driver.clock.advance(driver.clock.nextDelayMs ?? 0);
      driver.send({ type: 'flow-opened' }, { type: 'answered', verdict: ok });
      registers++;
    }
    expect(registers).toBeLessThan(40);
  });
});
