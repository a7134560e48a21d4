import type { Core } from 'sip.js';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { LocalAddress } from '#shared/network/addresses.ts';
import { type FlowPath, pathKindOf } from '#shared/network/path.ts';
import type { Account } from '#shared/profiles/account.ts';
import { serverName } from '#shared/profiles/server-address.ts';
import { type ContactIdentity, contactUser } from '#shared/registration/own-contact.ts';
import { readRegisterAnswer, type RegisterVerdict } from '#shared/registration/register-answer.ts';
import { readGrants } from '#shared/registration/register-grants.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { transition } from '#shared/registration/registration-machine.ts';
import {
  phaseOf,
  type RegisterNews,
  type RegisterOrder,
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationState,
  signedOut,
  statusOf,
} from '#shared/registration/registration-state.ts';
import { unreachable } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { transactionLifetimeMs, useGrants } from './core-access.ts';
import type { DigestCredentials } from './digest-credentials.ts';
import { type RegisterAnswer, RegisterClient, type RegisterTerms } from './register-client.ts';
import type { RegisterSender } from './register-request.ts';
import { contentOf, pathOf, type RegistrationFlow, standsHere } from './registration-flow.ts';
import type { ReconnectReason } from './sip-line.ts';
import type { FlowOpener } from './transports/flow-opener.ts';
import type { ReceiveGate } from './transports/receive-gate.ts';
import type { SipChannel, SipTransport } from './transports/sip-transport.ts';

/** What the registration has to know of the calls that run over it. */
export interface CallsAbove {
  /** A dead connection is found sooner. */
  any(): boolean;
  /** Answers to their INVITEs come over the connection by which these went. */
  anyUnanswered(): boolean;
}

export interface RegistrarOptions {
  readonly account: Account;
  readonly core: Core.UserAgentCore;
  readonly transport: SipTransport;
  readonly flows: Pick<FlowOpener, 'open'>;
  readonly credentials: DigestCredentials;
  /** Closed as long as a challenge could not be answered. */
  readonly gate: ReceiveGate;
  readonly sender: RegisterSender;
  readonly identity: ContactIdentity;
  readonly calls: CallsAbove;
  readonly localAddresses: () => readonly LocalAddress[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A connection that is to be replaced has that long to show that it lives. */
const probeDeadlineMs = 2_000;

/** Carries out what the registration machine decides: connections, REGISTERs, one timer. */
export class Registrar implements Disposable {
  readonly #options: RegistrarOptions;
  readonly #changed = new Emitter<RegistrationStatus>();
  readonly #flowLost = new Emitter<void>();
  readonly #flowReady = new Emitter<FlowPath>();
  readonly #removalFinished = new Emitter<void>();
  readonly #flows = new Map<number, RegistrationFlow>();
  readonly #terms: RegisterTerms;
  #state: RegistrationState = signedOut();
  #status: RegistrationStatus = { phase: 'signed-out' };
  #attached: RegistrationFlow | undefined;
  #timer: Disposable | undefined;
  #contactNumber: number;
  /** The address whose server has accepted us last. */
  #acceptedBy: number | undefined;
  #disposed = false;
  readonly #queue: RegistrationEvent[] = [];
  #busy = false;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    this.#terms = { expiresSeconds: options.account.registerExpires, sequence: 0 };
    // what a crash left bound should not look like what is bound now
    this.#contactNumber = Number.parseInt(options.random.hex(2), 16);
  }

  readonly onChanged = this.#changed.event;
  readonly onFlowLost = this.#flowLost.event;
  readonly onFlowReady = this.#flowReady.event;

  get status(): RegistrationStatus {
    return this.#status;
  }

  /** Where the attached connection runs; undefined when there is none. */
  get path(): FlowPath | undefined {
    return this.#attached === undefined ? undefined : pathOf(this.#attached.core, this.#options.localAddresses());
  }

  /** Also the person's wish to try a refused password once more. */
  start(): void {
    if (this.#status.phase === 'refused') this.#options.credentials.forgive();
    this.#handle({ type: 'start' });
  }

  /** A refusal for the account's sake stays unless the password has changed; everything else is tried anew at once. */
  reconnect(why: ReconnectReason): void {
    const homeStands = why !== 'resumed' && this.#attached !== undefined && standsHere(this.#attached.core, this.#options.localAddresses());
    this.#handle({ type: 'reconnect', credentialsChanged: this.#options.credentials.passwordChanged, homeStands });
  }

  takeOver(): void {
    if (this.#status.phase === 'refused') this.#options.credentials.forgive();
    this.#handle({ type: 'take-over' });
  }

  standBy(): void {
    this.#handle({ type: 'stand-by' });
  }

  /** Resolves when the binding is removed, or two seconds later, or when there was none. */
  unregister(): Promise<void> {
    if (this.#disposed || this.#status.phase === 'signed-out') return Promise.resolve();
    return new Promise((resolve) => {
      const subscription = this.#removalFinished.event(() => {
        subscription.dispose();
        resolve();
      });
      this.#handle({ type: 'unregister' });
    });
  }

  /** Ends everything at once, without a word to the server. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#timer?.dispose();
    for (const flow of this.#flows.values()) this.#close(flow);
    this.#detach();
    this.#removalFinished.fire();
    for (const emitter of [this.#changed, this.#flowLost, this.#flowReady, this.#removalFinished]) emitter.dispose();
  }

  /** Events that arise while effects run wait their turn: the machine sees one at a time. */
  #handle(event: RegistrationEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined && !this.#disposed; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#busy = false;
    }
  }

  #step(event: RegistrationEvent): void {
    const { account, clock, random, logger } = this.#options;
    const before = phaseOf(this.#state);
    const step = transition(this.#state, event, {
      serverCount: account.servers.length,
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
      fraction: random.fraction(),
    });
    this.#state = step.state;
    const phase = phaseOf(step.state);
    if (phase !== before) logger.info('registration', { from: before, to: phase, because: event.type });
    const announcements: (() => void)[] = [];
    for (const effect of step.effects) this.#perform(effect, announcements);
    this.#tell(announcements);
  }

  /** Announcements wait until the state is visible. */
  #tell(announcements: readonly (() => void)[]): void {
    const status = statusOf(this.#state, {
      server: (index) => this.#nameOf(index),
      path: (id) => pathKindOf(pathOf(this.#flows.get(id)?.core, this.#options.localAddresses())),
    });
    if (!equal(status, this.#status)) {
      this.#status = status;
      this.#changed.fire(status);
    }
    for (const announce of announcements) announce();
  }

  #perform(effect: RegistrationEffect, announcements: (() => void)[]): void {
    switch (effect.type) {
      case 'open-flow':
        return this.#open(effect.flow, effect.server);
      case 'close-flow':
        return this.#close(this.#flows.get(effect.flow));
      case 'retire-flow':
        return this.#retire(this.#flows.get(effect.flow));
      case 'probe-flow':
        return this.#flows.get(effect.flow)?.core.probe(probeDeadlineMs);
      case 'send':
        return this.#send(this.#flows.get(effect.flow), effect.order);
      case 'attach':
        announcements.push(...this.#attach(this.#flows.get(effect.flow)));
        return;
      case 'detach':
        this.#detach();
        announcements.push(() => this.#flowLost.fire());
        return;
      case 'set-timer':
        this.#timer?.dispose();
        this.#timer = this.#options.clock.schedule(effect.delayMs, () => this.#handle({ type: 'timer' }));
        return;
      case 'clear-timer':
        this.#timer?.dispose();
        return;
      case 'announce-removal-finished':
        announcements.push(() => this.#removalFinished.fire());
        return;
      default:
        return unreachable(effect, 'registration effect');
    }
  }

  #open(id: number, index: number): void {
    const { account, flows, gate, transport, credentials, sender, random, calls } = this.#options;
    const protocol = account.servers[index]?.transport === 'ws' ? 'WS' : 'WSS';
    const core = flows.open(
      index,
      {
        connected: () => this.#handle({ type: 'flow-opened', flow: id }),
        message: (bytes) => gate.pass(() => transport.receive(bytes, channel)),
        disconnected: (error) => this.#ended(flow, error.toReport()),
      },
      () => calls.any(),
    );
    const write = (bytes: Uint8Array): void => transport.write(channel, bytes);
    const isFamiliar = (): boolean => this.#acceptedBy === index;
    const client = new RegisterClient({ sender, flow: { protocol, write }, credentials, terms: this.#terms, random, isFamiliar });
    const channel: SipChannel = { flow: core, peer: this.#nameOf(index), protocol, registration: client };
    const flow: RegistrationFlow = { id, server: index, core, channel, client, contacts: [], grants: undefined, linger: undefined };
    this.#flows.set(id, flow);
  }

  #ended(flow: RegistrationFlow, error: ErrorReport): void {
    if (this.#flows.get(flow.id) !== flow) return;
    this.#options.logger.warn('connection failed or lost', { code: error.code, server: this.#nameOf(flow.server) });
    this.#close(flow);
    this.#handle({ type: 'flow-ended', flow: flow.id, error });
  }

  #close(flow: RegistrationFlow | undefined): void {
    if (flow === undefined) return;
    this.#flows.delete(flow.id);
    flow.linger?.dispose();
    flow.client.forget();
    flow.core.close();
  }

  /** Its binding is gone; what was asked over it may still be answered. */
  #retire(flow: RegistrationFlow | undefined): void {
    const { calls, clock } = this.#options;
    if (flow === undefined || !calls.anyUnanswered()) return this.#close(flow);
    flow.linger = clock.schedule(transactionLifetimeMs, () => this.#close(flow));
  }

  /** @returns what is to be announced */
  #attach(flow: RegistrationFlow | undefined): (() => void)[] {
    if (flow === undefined) return [];
    const { transport, core, credentials, identity, localAddresses } = this.#options;
    // what was asked over a connection that may be dead is as good as lost
    const isLost = this.#attached?.core.isInDoubt === true;
    this.#attached = flow;
    transport.attach(flow.channel);
    core.configuration.contact.uri.user = flow.contacts.at(-1)?.user ?? contactUser(identity, ++this.#contactNumber);
    useGrants(core, credentials, flow.grants);
    const path = pathOf(flow.core, localAddresses());
    return [...(isLost ? [() => this.#flowLost.fire()] : []), () => this.#flowReady.fire(path)];
  }

  #detach(): void {
    this.#attached = undefined;
    this.#options.transport.detach();
  }

  #send(flow: RegistrationFlow | undefined, order: RegisterOrder): void {
    if (flow === undefined) return;
    const { identity, logger } = this.#options;
    const content = contentOf(order, flow, identity, () => ++this.#contactNumber);
    try {
      flow.client.send(content, {
        progress: () => this.#handle({ type: 'progress', flow: flow.id }),
        answered: (answer) => this.#answered(flow, order, answer),
      });
    } catch (error) {
      // the end of the connection is on its way
      logger.debug('REGISTER not sent', { error: String(error) });
    }
  }

  #answered(flow: RegistrationFlow, order: RegisterOrder, answer: RegisterAnswer): void {
    const { account, core, credentials, identity } = this.#options;
    const user = flow.contacts.at(-1)?.user;
    const verdict = readRegisterAnswer(
      answer.response,
      {
        host: account.servers[flow.server]?.host ?? '',
        user: account.user,
        identity,
        contactUser: user,
        requestedSeconds: answer.expiresSeconds,
      },
      answer.credentials,
    );
    if (verdict.kind === 'accepted') this.#acceptedBy = flow.server;
    if (verdict.kind === 'accepted' && order.kind === 'bind') {
      flow.grants = readGrants(answer.response, identity, user ?? '');
      if (flow.grants.flowTimerSeconds !== undefined) flow.core.keepAliveWithin(flow.grants.flowTimerSeconds * 1_000);
      if (flow === this.#attached) {
        useGrants(core, credentials, flow.grants);
        core.configuration.contact.uri.user = user;
      }
    }
    this.#handle({ type: 'answered', flow: flow.id, news: this.#newsOf(verdict) });
  }

  #newsOf(verdict: RegisterVerdict): RegisterNews {
    if (verdict.kind !== 'accepted') return verdict;
    const { own, stale, others, claims } = verdict.bound;
    const flowOf = (user: string): number | null =>
      [...this.#flows.values()].find(({ contacts }) => contacts.some((contact) => contact.user === user))?.id ?? null;
    return {
      kind: 'accepted',
      expiresSeconds: verdict.expiresSeconds,
      bound: { own: own !== undefined, stale: stale.map(({ uri, user }) => ({ uri, flow: flowOf(user) })), others, claims },
    };
  }

  #nameOf(index: number): string {
    const server = this.#options.account.servers[index];
    return server === undefined ? '' : serverName(server);
  }
}

/** Statuses are small and plain; field order is fixed by the code that builds them. */
function equal(one: RegistrationStatus, other: RegistrationStatus): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
