import { AppError } from '#shared/errors/app-error.ts';
import type { DoctorEvidence, DoctorSurroundings } from '#shared/network/doctor/evidence.ts';
import { sayingOf } from '#shared/network/doctor/lines.ts';
import { type PlannedStep, runDeadlineMs } from '#shared/network/doctor/plan.ts';
import type { DoctorLine } from '#shared/network/doctor/run.ts';
import { letsPass, type SaidBy } from '#shared/network/doctor/said.ts';
import { addressFacts } from '#shared/network/doctor/server-lines.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Examination } from './examine.ts';

/** What a step that was told to end may still need to say what it has, in ms. */
const lastWordsMs = 200;

/** The end of a step, for those that wait for it. */
interface Ended {
  readonly promise: Promise<undefined>;
  readonly tell: () => void;
}

export interface RunOptions {
  readonly plan: readonly PlannedStep[];
  readonly evidence: DoctorEvidence;
  readonly around: DoctorSurroundings;
  readonly examination: Examination;
  readonly clock: Clock;
  readonly onLine: (lines: readonly DoctorLine[]) => void;
}

/**
 * One run: every step begins as soon as what it needs has ended, all that can at once.
 *
 *   waiting --needs let pass--> running --ends, or its deadline--> fine, warning, broken
 *      |                           |
 *      +--needs do not, no meaning-+--stopped--> skipped
 */
export class DoctorSteps implements Disposable {
  readonly #options: RunOptions;
  readonly #lines: DoctorLine[];
  readonly #ended: Map<string, Ended>;
  readonly #whole = new AbortController();
  #evidence: DoctorEvidence;
  #disposed = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#evidence = options.evidence;
    this.#lines = options.plan.map(({ step, server }) => ({ step, server, state: 'waiting', tookMs: null, said: '', facts: {} }));
    this.#ended = new Map(options.plan.map(({ id }) => [id, notYet()]));
  }

  get lines(): readonly DoctorLine[] {
    return [...this.#lines];
  }

  /** Resolves with everything that was found when all steps have ended; at once when it is disposed. */
  async finish(): Promise<DoctorEvidence> {
    const { plan, clock } = this.#options;
    const deadline = clock.schedule(runDeadlineMs, () => this.#whole.abort());
    try {
      await Promise.all(plan.map((planned, index) => this.#step(planned, index)));
    } finally {
      deadline.dispose();
    }
    return this.#evidence;
  }

  /** Ends what runs, without last words. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#whole.abort();
    for (const [index, { state }] of this.#lines.entries())
      if (state === 'waiting' || state === 'running') this.#set(index, { state: 'skipped', said: 'stopped' });
    for (const ended of this.#ended.values()) ended.tell();
  }

  async #step(planned: PlannedStep, index: number): Promise<void> {
    const { needs, needsOne, after, skip } = planned;
    await Promise.all([...needs, ...needsOne, ...after].map(async (id) => this.#ended.get(id)?.promise));
    if (this.#disposed) return;
    const passes = (id: string): boolean => {
      const line = this.#lines[this.#options.plan.findIndex((other) => other.id === id)];
      return line !== undefined && letsPass(line);
    };
    if (skip !== null) this.#set(index, { state: 'skipped', said: skip, facts: this.#factsOf(planned) });
    else if (this.#whole.signal.aborted && planned.step !== 'echo-call')
      this.#set(index, { ...this.#hung(this.#options.clock.monotonicMs()) });
    else if (!needs.every(passes) || (needsOne.length > 0 && !needsOne.some(passes))) this.#notReached(index);
    else await this.#run(planned, index);
    this.#ended.get(planned.id)?.tell();
  }

  async #run(planned: PlannedStep, index: number): Promise<void> {
    const { examination, clock, around } = this.#options;
    this.#set(index, { state: 'running' });
    const began = clock.monotonicMs();
    const limit = this.#limit(planned);
    let outcome: Partial<DoctorLine>;
    try {
      const found = await Promise.race([examination.look(planned, this.#evidence, limit.signal), limit.passed]);
      if (this.#disposed) return;
      if (found === undefined) return this.#notReached(index);
      this.#evidence = found(this.#evidence);
      outcome = sayingOf(planned, this.#evidence, around) ?? this.#hung(began);
    } catch (error) {
      if (this.#disposed) return;
      outcome = error === limit ? this.#hung(began) : failed(error);
    } finally {
      limit.dispose();
    }
    this.#set(index, { ...outcome, tookMs: clock.monotonicMs() - began });
  }

  /** The step's own deadline and the run's. `passed` rejects with the limit itself when the step has not ended soon after. */
  #limit({ deadlineMs, step }: PlannedStep): Disposable & { readonly signal: AbortSignal; readonly passed: Promise<never> } {
    const { clock } = this.#options;
    const own = new AbortController();
    const passed = Promise.withResolvers<never>();
    // the echo call has a time of its own, after everything else
    const signal = step === 'echo-call' ? own.signal : AbortSignal.any([own.signal, this.#whole.signal]);
    let last: Disposable | undefined;
    const timer = clock.schedule(deadlineMs, () => own.abort());
    const limit = {
      signal,
      passed: passed.promise,
      dispose: () => {
        timer.dispose();
        last?.dispose();
      },
    };
    signal.addEventListener('abort', () => (last = clock.schedule(lastWordsMs, () => passed.reject(limit))), { once: true });
    // nobody may be racing any more
    passed.promise.catch(() => undefined);
    return limit;
  }

  #hung(began: number): Partial<DoctorLine> {
    const seconds = Math.round((this.#options.clock.monotonicMs() - began) / 1000);
    return { state: 'warning', said: 'hung' satisfies SaidBy<'nat'>, facts: { seconds } };
  }

  #notReached(index: number): void {
    this.#set(index, { state: 'skipped', said: 'not-reached' satisfies SaidBy<'tls'> });
  }

  #factsOf({ subject }: PlannedStep): DoctorLine['facts'] {
    const server = subject.kind === 'server' ? this.#evidence.servers[subject.index] : undefined;
    return server === undefined ? {} : addressFacts(server);
  }

  #set(index: number, change: Partial<DoctorLine>): void {
    const line = this.#lines[index];
    if (line === undefined) return;
    this.#lines[index] = { ...line, ...change };
    this.#options.onLine(this.lines);
  }
}

function notYet(): Ended {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { promise, tell: () => resolve(undefined) };
}

function failed(error: unknown): Partial<DoctorLine> {
  const reason = error instanceof AppError ? error.code : error instanceof Error ? error.message : String(error);
  return { state: 'warning', said: 'failed' satisfies SaidBy<'nat'>, facts: { reason: reason.slice(0, 128) } };
}
