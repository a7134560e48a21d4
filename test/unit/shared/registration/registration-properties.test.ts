import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { registrationStatusSchema } from '#shared/registration/registration.ts';
import { type RegisterNews, statusOf } from '#shared/registration/registration-state.ts';
import {
  type DrivenFlow,
  lostConnection,
  MachineDriver,
  nobodyElse,
  plainNames,
  refusedConnection,
} from '#test/support/registration/machine-driver.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';

/** What may happen, by the connection at which it happens where it does at one. */
type Happening =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'order'; readonly type: 'start' | 'take-over' | 'stand-by' | 'unregister' }
  | { readonly do: 'reconnect'; readonly homeStands: boolean; readonly credentialsChanged: boolean }
  | { readonly do: 'open' | 'progress'; readonly at: number }
  | { readonly do: 'end'; readonly at: number; readonly error: ErrorReport }
  | { readonly do: 'answer'; readonly at: number; readonly news: RegisterNews };

const contact = fc.record({
  uri: fc.constantFrom('sip:a@1', 'sip:b@2', 'sip:c@3'),
  key: fc.constantFrom('a@1', 'bbbbbbbbbbbbbbbb'),
  name: fc.constant(''),
  host: fc.constant('1'),
  since: fc.constant(null),
  isCommute: fc.boolean(),
});
const bound = fc.record({
  own: fc.boolean(),
  stale: fc.array(fc.record({ uri: fc.constantFrom('sip:o1@x', 'sip:o2@x'), flow: fc.option(fc.integer({ min: 1, max: 6 })) }), {
    maxLength: 2,
  }),
  others: fc.array(contact, { maxLength: 2 }),
  claims: fc.array(fc.record({ id: fc.constantFrom('b 1', 'b 2'), name: fc.constant('laptop') }), { maxLength: 1 }),
});
const error = fc.constantFrom<ErrorReport>(
  refusedConnection,
  lostConnection,
  { code: 'host-not-found', details: {} },
  { code: 'certificate-changed', details: {} },
);
const news: fc.Arbitrary<RegisterNews> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('accepted' as const),
      expiresSeconds: fc.integer({ min: 1, max: 3_600 }),
      bound: fc.constant(nobodyElse),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('accepted' as const), expiresSeconds: fc.integer({ min: 60, max: 3_600 }), bound }),
  },
  fc.record({ kind: fc.constant('retry' as const), error, retryAfterSeconds: fc.option(fc.nat(5_000), { nil: undefined }) }),
  fc.record({
    kind: fc.constant('refused' as const),
    error: fc.constantFrom<ErrorReport>(
      { code: 'wrong-password', details: { status: 401 } },
      { code: 'registration-refused', details: { status: 403 } },
    ),
  }),
);
const at = fc.nat(8);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(400), fc.nat(5_000), fc.nat(600_000)) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), at }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), at, news }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), at, error }) },
  fc.record({ do: fc.constant('progress' as const), at }),
  fc.record({
    do: fc.constant('order' as const),
    type: fc.constantFrom('start' as const, 'start' as const, 'take-over' as const, 'stand-by' as const, 'unregister' as const),
  }),
  fc.record({ do: fc.constant('reconnect' as const), homeStands: fc.boolean(), credentialsChanged: fc.boolean() }),
);

function flowAt(driver: MachineDriver, at: number, matches: (flow: DrivenFlow) => boolean): DrivenFlow | undefined {
  const flows = [...driver.flows.values()].filter(matches);
  return flows[at % Math.max(flows.length, 1)];
}

/** @returns whether anything could happen */
function play(driver: MachineDriver, next: Happening): boolean {
  if (next.do === 'wait') driver.clock.advance(next.ms);
  else if (next.do === 'order') driver.send({ type: next.type });
  else if (next.do === 'reconnect')
    driver.send({ type: 'reconnect', homeStands: next.homeStands, credentialsChanged: next.credentialsChanged });
  else {
    const matches = { open: isOpening, progress: isAsked, answer: isAsked, end: () => true }[next.do];
    const flow = flowAt(driver, next.at, matches);
    if (flow === undefined) return false;
    if (next.do === 'progress') driver.send({ type: 'progress', flow: flow.id });
    if (next.do === 'answer') driver.answerOver(flow, next.news);
    if (next.do === 'open') {
      flow.open = true;
      driver.send({ type: 'flow-opened', flow: flow.id });
    }
    if (next.do === 'end') {
      driver.flows.delete(flow.id);
      driver.send({ type: 'flow-ended', flow: flow.id, error: next.error });
    }
  }
  return true;
}

const isOpening = ({ open }: DrivenFlow): boolean => !open;
const isAsked = ({ asked }: DrivenFlow): boolean => asked !== null;

/** What must be true after every event. */
function examine(driver: MachineDriver): void {
  const { state, phase } = driver;
  expect(driver.faults).toEqual([]);
  expect(driver.clock.pendingCount).toBeLessThanOrEqual(1);
  const kept = [state.home, state.retiring, state.leaving, ...state.parked, ...(state.race?.lanes ?? [])].flatMap((one) => one?.flow ?? []);
  // nothing is kept that is gone, and nothing is open that nobody keeps
  expect(new Set(driver.flows.keys())).toEqual(new Set(kept));
  expect(driver.attached).toBe(state.home?.flow ?? null);
  if (phase === 'registered') expect(state.home?.binding).not.toBeNull();
  // a removal may have to wait for an answer
  if (phase === 'registered' && state.wish !== 'bound') expect(state.home?.asking).not.toBeNull();
  if (phase === 'signed-out') expect([driver.flows.size, driver.clock.pendingCount]).toEqual([0, 0]);
  const isAtRest = phase === 'signed-out' || phase === 'refused';
  const isConnecting = [...driver.flows.values()].some(isOpening);
  // it never gets stuck: a timer runs, or the network owes an answer to a connection
  if (!isAtRest) expect(driver.clock.pendingCount === 1 || isConnecting).toBe(true);
  registrationStatusSchema.parse(statusOf(state, plainNames));
}

describe('the registration machine, whatever happens in whatever order', () => {
  it('keeps one timer, one REGISTER a connection, one binding at a time, and no connection that nobody needs', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 150 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (happenings, serverCount, seed) => {
        const random = new SeededRandom(seed + 1);
        const driver = new MachineDriver(serverCount, () => random.fraction()).send({ type: 'start' });
        examine(driver);
        for (const next of happenings) if (play(driver, next)) examine(driver);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never storms', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (happenings, serverCount) => {
        const driver = new MachineDriver(serverCount, () => 0.3).send({ type: 'start' });
        const events = happenings.filter((next) => play(driver, next) && next.do !== 'wait').length;
        // each event costs a few at most; beside them the law of retries and the question of each minute
        const minutes = driver.clock.monotonicMs() / 60_000;
        const looks = Math.min(minutes, 11) * 75;
        expect(driver.opened).toBeLessThanOrEqual(10 + (events + minutes * 4 + looks) * serverCount);
        expect(driver.sent).toBeLessThanOrEqual(10 + events * 3 + minutes * 5);
      }),
      { numRuns: 300 },
    );
  });

  it('signs out within two seconds', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (happenings, serverCount) => {
        const driver = new MachineDriver(serverCount).send({ type: 'start' });
        for (const next of happenings) play(driver, next);
        driver.send({ type: 'unregister' });
        driver.clock.advance(2_000);
        examine(driver);
        expect(driver.phase).toBe('signed-out');
      }),
      { numRuns: 300 },
    );
  });

  it('asks a server that cuts every connection at once less than forty times in ten minutes', () => {
    const driver = new MachineDriver(1, () => 0).register();
    while (driver.clock.monotonicMs() < 600_000) {
      driver.end(0, lostConnection);
      driver.clock.advance(driver.clock.nextDelayMs ?? 0);
      driver.open();
      driver.answer({ kind: 'accepted', expiresSeconds: 600, bound: nobodyElse });
    }
    expect(driver.sent).toBeLessThan(40);
  });
});
