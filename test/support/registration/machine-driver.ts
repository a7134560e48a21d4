import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { PathKind } from '#shared/network/path.ts';
import { transition } from '#shared/registration/registration-machine.ts';
import {
  type BoundNews,
  phaseOf,
  type RegisterNews,
  type RegisterOrder,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationState,
  signedOut,
} from '#shared/registration/registration-state.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

export const nobodyElse: BoundNews = { own: true, stale: [], others: [], claims: [] };
/** Addresses by their place in the account. */
export const plainNames = { server: (server: number): string => String(server), path: (): PathKind => 'office' };
export const refusedConnection: ErrorReport = { code: 'connection-refused', details: {} };
export const lostConnection: ErrorReport = { code: 'connection-lost', details: {} };

export function ok(bound: Partial<BoundNews> = {}, expiresSeconds = 600): RegisterNews {
  return { kind: 'accepted', expiresSeconds, bound: { ...nobodyElse, ...bound } };
}

export function refusal(code: ErrorReport['code'], status = 403): RegisterNews {
  return { kind: 'refused', error: { code, details: { status } } };
}

export function later(retryAfterSeconds?: number): RegisterNews {
  return { kind: 'retry', error: { code: 'server-busy', details: {} }, retryAfterSeconds };
}

/** A connection as the network sees it. */
export interface DrivenFlow {
  readonly id: number;
  readonly server: number;
  open: boolean;
  asked: RegisterOrder | null;
}

/** Runs the registration machine on a clock that stands still, in the place of network and server. */
export class MachineDriver {
  readonly clock = new VirtualClock();
  /** Effects since the last `taken`, in words. */
  #words: string[] = [];
  /** Connections that neither ended nor were closed. */
  readonly flows = new Map<number, DrivenFlow>();
  /** The connection that dialogs use. */
  attached: number | null = null;
  state: RegistrationState = signedOut();
  sent = 0;
  opened = 0;
  /** What a run must not do; tests look that it stays empty. */
  readonly faults: string[] = [];
  readonly #serverCount: number;
  readonly #fraction: () => number;
  #timer: Disposable | undefined;

  constructor(serverCount = 1, fraction: () => number = () => 0.5) {
    this.#serverCount = serverCount;
    this.#fraction = fraction;
  }

  get phase(): ReturnType<typeof phaseOf> {
    return phaseOf(this.state);
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

  /** The newest connection to an address. */
  flowTo(server: number): DrivenFlow {
    const flow = [...this.flows.values()].findLast((one) => one.server === server);
    if (flow === undefined) throw new Error(`no connection to ${server}`);
    return flow;
  }

  open(server = 0): this {
    const flow = this.flowTo(server);
    flow.open = true;
    return this.send({ type: 'flow-opened', flow: flow.id });
  }

  end(server = 0, error: ErrorReport = refusedConnection): this {
    const flow = this.flowTo(server);
    this.flows.delete(flow.id);
    return this.send({ type: 'flow-ended', flow: flow.id, error });
  }

  answer(news: RegisterNews, server = 0): this {
    return this.answerOver(this.flowTo(server), news);
  }

  answerOver(flow: DrivenFlow, news: RegisterNews): this {
    if (flow.asked === null) throw new Error(`nothing was asked over ${flow.id}`);
    flow.asked = null;
    return this.send({ type: 'answered', flow: flow.id, news });
  }

  /** Signs in and registers at an address that opens first. */
  register(server = 0): this {
    this.send({ type: 'start' });
    for (let before = 0; before < server; before++) this.end(before);
    this.open(server);
    return this.answer(ok(), server);
  }

  /** Effects since the last call. */
  taken(): string[] {
    const words = this.#words;
    this.#words = [];
    return words;
  }

  #perform(effect: RegistrationEffect): void {
    this.#words.push(wordsFor(effect));
    switch (effect.type) {
      case 'open-flow':
        this.opened++;
        this.flows.set(effect.flow, { id: effect.flow, server: effect.server, open: false, asked: null });
        return;
      case 'close-flow':
      case 'retire-flow':
        if (!this.flows.delete(effect.flow)) this.faults.push(`closed a connection twice: ${effect.flow}`);
        return;
      case 'send':
        return this.#sendOver(this.flows.get(effect.flow), effect.order);
      case 'attach':
        this.attached = effect.flow;
        return;
      case 'detach':
        this.attached = null;
        return;
      case 'set-timer':
        this.#timer?.dispose();
        this.#timer = this.clock.schedule(effect.delayMs, () => this.send({ type: 'timer' }));
        return;
      case 'clear-timer':
        this.#timer?.dispose();
        return;
      case 'probe-flow':
      case 'announce-removal-finished':
        return;
    }
  }

  #sendOver(flow: DrivenFlow | undefined, order: RegisterOrder): void {
    this.sent++;
    if (flow === undefined || !flow.open) {
      this.faults.push(`${order.kind} without a connection`);
      return;
    }
    if (flow.asked !== null) this.faults.push(`${order.kind} while ${flow.asked.kind} is on its way`);
    const others = [...this.flows.values()].filter((one) => one !== flow && one.asked?.kind === 'bind');
    if (order.kind === 'bind' && others.length > 0) this.faults.push('two bindings at once');
    flow.asked = order;
  }
}

function wordsFor(effect: RegistrationEffect): string {
  switch (effect.type) {
    case 'open-flow':
      return `open ${effect.server}`;
    case 'send':
      return effect.order.kind === 'release' ? `release ${effect.order.which}` : effect.order.kind;
    case 'set-timer':
      return `timer ${effect.delayMs}`;
    default:
      return effect.type;
  }
}
