import { transition } from '#shared/registration/registration-machine.ts';
import {
  phaseOf,
  type RegisterNews,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationState,
  signedOut,
} from '#shared/registration/registration-state.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { TimeQueue } from './time-queue.ts';

export interface CrowdOptions {
  readonly clients: number;
  /** How long the server is away. */
  readonly downMs: number;
  /** REGISTERs a second that it takes afterwards. */
  readonly rate: number;
  readonly seed: number;
}

export interface CrowdResult {
  /** How long after the server's return each client was registered again, in ms, ascending. */
  readonly backAfterMs: readonly number[];
  /** The most in any second after the return, wherever that second begins. */
  readonly mostAccepted: number;
  readonly mostArrived: number;
  /** The same without the first two seconds, in which nobody can know of anybody else. */
  readonly mostArrivedLater: number;
}

/** Clients have been registered for that long when the server goes: their failures of old times are forgotten. */
const stoodMs = 40_000;
const roundTripMs = { least: 5, most: 40 };
/** Before the last seconds of a long absence a few stand for all: each of them splits up then, and goes on by chances of its own. */
const together = 20;
const apartMs = 10_000;

/**
 * Many clients of one server, each the real registration machine, in virtual time. The server goes, comes back, and takes so many
 * REGISTERs a second; beyond that it answers 503 and gives each client a place in its queue as Retry-After, in whole seconds.
 */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #random: SeededRandom;
  readonly #queue = new TimeQueue<() => void>();
  #clients: Client[];
  readonly #accepted: number[] = [];
  readonly #arrived: number[] = [];
  #nowMs = 0;
  #nextPlaceMs = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    const share = this.#isLong ? together : 1;
    this.#clients = Array.from({ length: options.clients / share }, () => new Client(this));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get #isLong(): boolean {
    return this.#options.clients >= together && this.#options.downMs >= 2 * apartMs;
  }

  get #returnsAtMs(): number {
    return stoodMs + this.#options.downMs;
  }

  get #isUp(): boolean {
    return this.#nowMs < stoodMs || this.#nowMs >= this.#returnsAtMs;
  }

  fraction(): number {
    return this.#random.fraction();
  }

  tripMs(): number {
    return roundTripMs.least + this.fraction() * (roundTripMs.most - roundTripMs.least);
  }

  at(atMs: number, action: () => void): void {
    this.#queue.add(atMs, action);
  }

  /** Whether somebody listens; told a round trip later. */
  connects(): boolean {
    return this.#isUp;
  }

  answer(kind: string): RegisterNews | undefined {
    if (!this.#isUp) return undefined;
    const isAfter = this.#nowMs >= this.#returnsAtMs;
    if (isAfter) this.#arrived.push(this.#nowMs);
    if (isAfter && !this.#hasRoom()) {
      this.#nextPlaceMs = Math.max(this.#nextPlaceMs, this.#nowMs) + 1_000 / this.#options.rate;
      const retryAfterSeconds = Math.max(1, Math.ceil((this.#nextPlaceMs - this.#nowMs) / 1_000));
      return { kind: 'retry', error: { code: 'server-busy', details: {} }, retryAfterSeconds };
    }
    if (isAfter) this.#accepted.push(this.#nowMs);
    return { kind: 'accepted', expiresSeconds: 600, bound: { own: kind !== 'unbind', stale: [], others: [], claims: [] } };
  }

  run(): CrowdResult {
    for (const client of this.#clients) client.handle({ type: 'start' });
    this.#runUntil(() => this.#nowMs >= stoodMs - 1);
    this.#nowMs = stoodMs;
    for (const client of this.#clients) client.lose();
    if (this.#isLong) this.#splitUp();
    let away = this.#clients.length;
    for (const client of this.#clients) client.onBack = () => away--;
    const deadlineMs = this.#returnsAtMs + 600_000;
    this.#runUntil(() => away === 0 || this.#nowMs > deadlineMs);
    const backAfterMs = this.#clients.map(({ backAtMs }) => backAtMs - this.#returnsAtMs).sort((one, other) => one - other);
    return {
      backAfterMs,
      mostAccepted: mostInAnySecond(this.#accepted),
      mostArrived: mostInAnySecond(this.#arrived),
      mostArrivedLater: mostInAnySecond(this.#arrived.filter((atMs) => atMs >= this.#returnsAtMs + 2_000)),
    };
  }

  #splitUp(): void {
    this.#runUntil(() => this.#nowMs >= this.#returnsAtMs - apartMs);
    for (const client of this.#clients) client.giveUpConnecting();
    this.#clients = this.#clients.flatMap((client) => [client, ...Array.from({ length: together - 1 }, () => client.copy())]);
  }

  #runUntil(isOver: () => boolean): void {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) {
      this.#nowMs = next.atMs;
      next.value();
      if (isOver()) return;
    }
  }

  #hasRoom(): boolean {
    const { rate } = this.#options;
    const past = this.#accepted.at(-rate);
    return past === undefined || past <= this.#nowMs - 1_000;
  }
}

/** One of them. */
class Client {
  backAtMs = Infinity;
  onBack: (() => void) | undefined;
  readonly #crowd: Crowd;
  #state: RegistrationState;
  #flow: number | null = null;
  #timer = 0;

  constructor(crowd: Crowd, state: RegistrationState = signedOut()) {
    this.#crowd = crowd;
    this.#state = state;
  }

  /** The same past, another future; nobody is to be on the way to the server. */
  copy(): Client {
    const copy = new Client(this.#crowd, this.#state);
    copy.#wakeAt(this.#state.timerAt ?? this.#crowd.nowMs);
    return copy;
  }

  giveUpConnecting(): void {
    const flow = this.#flow;
    this.#flow = null;
    if (flow !== null) this.handle({ type: 'flow-ended', flow, error: { code: 'connection-refused', details: {} } });
  }

  handle(event: RegistrationEvent): void {
    const { nowMs } = this.#crowd;
    const step = transition(this.#state, event, { serverCount: 1, wallMs: nowMs, monotonicMs: nowMs, fraction: this.#crowd.fraction() });
    this.#state = step.state;
    for (const effect of step.effects) this.#perform(effect);
    if (this.onBack === undefined || phaseOf(this.#state) !== 'registered') return;
    this.backAtMs = nowMs;
    this.onBack();
    this.onBack = undefined;
  }

  lose(): void {
    const flow = this.#flow;
    this.#flow = null;
    if (flow !== null) this.handle({ type: 'flow-ended', flow, error: { code: 'connection-lost', details: {} } });
  }

  #perform(effect: RegistrationEffect): void {
    const crowd = this.#crowd;
    switch (effect.type) {
      case 'open-flow': {
        const { flow } = effect;
        this.#flow = flow;
        crowd.at(crowd.nowMs + crowd.tripMs(), () => {
          if (this.#flow !== flow) return;
          if (crowd.connects()) return this.handle({ type: 'flow-opened', flow });
          this.#flow = null;
          this.handle({ type: 'flow-ended', flow, error: { code: 'connection-refused', details: {} } });
        });
        return;
      }
      case 'close-flow':
        if (this.#flow === effect.flow) this.#flow = null;
        return;
      case 'send': {
        const { flow, order } = effect;
        crowd.at(crowd.nowMs + crowd.tripMs(), () => {
          const news = this.#flow === flow ? crowd.answer(order.kind) : undefined;
          if (news !== undefined) this.handle({ type: 'answered', flow, news });
        });
        return;
      }
      case 'set-timer':
        return this.#wakeAt(crowd.nowMs + effect.delayMs);
      case 'clear-timer':
        this.#timer++;
        return;
      default:
        return;
    }
  }

  #wakeAt(atMs: number): void {
    const timer = ++this.#timer;
    this.#crowd.at(atMs, () => {
      if (timer === this.#timer) this.handle({ type: 'timer' });
    });
  }
}

/** @param timesMs ascending */
function mostInAnySecond(timesMs: readonly number[]): number {
  let most = 0;
  let first = 0;
  timesMs.forEach((atMs, index) => {
    while ((timesMs[first] ?? 0) <= atMs - 1_000) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
