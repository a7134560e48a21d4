import type { Core, URI } from 'sip.js';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { Account } from '#shared/profiles/account.ts';
import { serverName } from '#shared/profiles/server-address.ts';
import { readRegisterAnswer, type RegisterVerdict } from '#shared/registration/register-answer.ts';
import { readGrants, type RegisterGrants } from '#shared/registration/register-grants.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { signedOut, transition } from '#shared/registration/registration-machine.ts';
import {
  type RegistrationEffect,
  type RegistrationEvent,
  type RegistrationState,
  statusOf,
} from '#shared/registration/registration-state.ts';
import type { SipUri } from '#shared/sip/message.ts';
import { unreachable } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { DigestCredentials } from './digest-credentials.ts';
import { ReceivedResponse } from './message-builder.ts';
import { ReceivedUri } from './received-uri.ts';
import { type BindingIdentity, registerRequest } from './register-request.ts';
import type { FlowOpener } from './transports/flow-opener.ts';
import type { ReceiveGate } from './transports/receive-gate.ts';
import type { SipTransport } from './transports/sip-transport.ts';
import type { TransportCore } from './transports/transport-core.ts';

export interface RegistrarOptions {
  readonly account: Account;
  readonly core: Core.UserAgentCore;
  readonly transport: SipTransport;
  readonly flows: FlowOpener;
  readonly credentials: DigestCredentials;
  /** Closed as long as a challenge could not be answered. */
  readonly gate: ReceiveGate;
  readonly identity: BindingIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Carries out what the registration machine decides: connections, REGISTERs, one timer. */
export class Registrar implements Disposable {
  readonly #options: RegistrarOptions;
  readonly #changed = new Emitter<RegistrationStatus>();
  readonly #flowLost = new Emitter<void>();
  readonly #flowReady = new Emitter<void>();
  readonly #removalFinished = new Emitter<void>();
  #state: RegistrationState;
  #status: RegistrationStatus = { phase: 'signed-out' };
  #flow: TransportCore | undefined;
  #timer: Disposable | undefined;
  #request: Core.OutgoingRegisterRequest | undefined;
  #sequence = 0;
  /** False once the first hop has said that it knows no outbound. */
  #outbound = true;
  #disposed = false;
  readonly #queue: RegistrationEvent[] = [];
  #busy = false;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    this.#state = signedOut(options.account.registerExpires);
  }

  readonly onChanged = this.#changed.event;
  readonly onFlowLost = this.#flowLost.event;
  readonly onFlowReady = this.#flowReady.event;

  get status(): RegistrationStatus {
    return this.#status;
  }

  start(): void {
    this.#handle({ type: 'start' });
  }

  /** A refusal for the account's sake stays unless the password has changed; everything else is tried anew at once. */
  reconnect(): void {
    this.#handle({ type: 'reconnect', credentialsChanged: this.#options.credentials.passwordChanged });
  }

  /** Resolves when the binding is removed, or two seconds later, or when there was none. */
  unregister(): Promise<void> {
    if (this.#disposed || this.#state.phase === 'signed-out') return Promise.resolve();
    return new Promise((resolve) => {
      const subscription = this.#removalFinished.event(() => {
        subscription.dispose();
        resolve();
      });
      this.#handle({ type: 'unregister' });
    });
  }

  /** To be told of every request that goes out again with credentials. */
  challengeAnswered(request: Core.OutgoingRequestMessage): void {
    if (request === this.#request?.message) this.#handle({ type: 'progress' });
  }

  /** Ends everything at once, without a word to the server. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#timer?.dispose();
    this.#forgetRequest();
    this.#closeFlow();
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
    const before = this.#state.phase;
    const step = transition(this.#state, event, {
      serverCount: account.servers.length,
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
      fraction: random.fraction(),
    });
    this.#state = step.state;
    if (step.state.phase !== before) logger.info('registration', { from: before, to: step.state.phase, because: event.type });
    const status = statusOf(step.state, (index) => this.#nameOf(index));
    const announcements: (() => void)[] = [];
    for (const effect of step.effects) this.#perform(effect, announcements);
    if (!equal(status, this.#status)) {
      this.#status = status;
      this.#changed.fire(status);
    }
    for (const announce of announcements) announce();
  }

  /** Announcements wait until the state is visible. */
  #perform(effect: RegistrationEffect, announcements: (() => void)[]): void {
    switch (effect.type) {
      case 'open-flow':
        return this.#openFlow(effect.server);
      case 'close-flow':
        return this.#closeFlow();
      case 'send-register':
        return this.#send(effect.expiresSeconds, (verdict) => this.#handle({ type: 'answered', verdict }));
      case 'send-removal':
        return this.#send(0, () => this.#handle({ type: 'removed' }));
      case 'set-timer':
        this.#timer?.dispose();
        this.#timer = this.#options.clock.schedule(effect.delayMs, () => this.#handle({ type: 'timer' }));
        return;
      case 'clear-timer':
        this.#timer?.dispose();
        return;
      case 'announce-flow-lost':
        announcements.push(() => this.#flowLost.fire());
        return;
      case 'announce-flow-ready':
        announcements.push(() => this.#flowReady.fire());
        return;
      case 'announce-removal-finished':
        announcements.push(() => this.#removalFinished.fire());
        return;
      default:
        return unreachable(effect, 'registration effect');
    }
  }

  #openFlow(index: number): void {
    this.#outbound = true;
    const { account, flows, gate, transport } = this.#options;
    const server = account.servers[index];
    const flow = flows.open(index, {
      connected: () => {
        transport.attach(flow, this.#nameOf(index), server?.transport === 'ws' ? 'WS' : 'WSS');
        this.#handle({ type: 'flow-opened' });
      },
      message: (bytes) => gate.pass(() => transport.receive(bytes)),
      disconnected: (error) => this.#flowEnded(flow, error.toReport()),
    });
    this.#flow = flow;
  }

  #flowEnded(flow: TransportCore, error: ErrorReport): void {
    if (this.#flow !== flow) return;
    this.#options.logger.warn('connection failed or lost', { code: error.code, server: this.#nameOf(this.#state.server) });
    const type = this.#state.flow === 'opening' ? 'flow-failed' : 'flow-lost';
    this.#closeFlow();
    this.#handle({ type, error });
  }

  #closeFlow(): void {
    const flow = this.#flow;
    this.#flow = undefined;
    this.#forgetRequest();
    flow?.close();
    this.#options.transport.detach();
  }

  #send(expiresSeconds: number, then: (verdict: RegisterVerdict) => void): void {
    const { core, identity, credentials } = this.#options;
    this.#forgetRequest();
    // a challenged REGISTER has used up numbers of its own
    const request = registerRequest(core, identity, { sequence: ++this.#sequence, expiresSeconds, outbound: this.#outbound });
    const progress = (): void => this.#handle({ type: 'progress' });
    const final = ({ message }: Core.IncomingResponse): void => {
      if (this.#request?.message !== request) return;
      this.#sequence = request.cseq;
      this.#request = undefined;
      // answers that sip.js invents (timeout, broken connection) are no answers: our own timer and the flow's end count
      if (!(message instanceof ReceivedResponse)) return;
      // the edge proxy knows no outbound: the same again without it (RFC 5626 section 6)
      if (message.statusCode === 439 && this.#outbound) {
        this.#outbound = false;
        this.#send(expiresSeconds, then);
        return;
      }
      const question = this.#question(expiresSeconds);
      const verdict = readRegisterAnswer(message.sip, question, credentials.outcomeOf(request));
      if (verdict.kind === 'accepted') {
        credentials.accepted(request);
        this.#take(readGrants(message.sip, question));
      }
      then(verdict);
    };
    this.#request = core.register(request, {
      onTrying: progress,
      onProgress: progress,
      onAccept: final,
      onRedirect: final,
      onReject: final,
    });
  }

  #take(grants: RegisterGrants): void {
    const { core, credentials } = this.#options;
    const uriOf = (gruu: SipUri | undefined): URI | undefined => (gruu === undefined ? undefined : new ReceivedUri(gruu));
    // in one header: of several sip.js repeats only the first in the ACK to a refusal
    core.configuration.routeSet = grants.serviceRoute.length === 0 ? [] : [grants.serviceRoute.join(', ')];
    core.configuration.contact.pubGruu = uriOf(grants.publicGruu);
    core.configuration.contact.tempGruu = uriOf(grants.temporaryGruu);
    credentials.nextNonce('authorization', grants.nextNonce.authorization);
    credentials.nextNonce('proxy-authorization', grants.nextNonce['proxy-authorization']);
    if (grants.flowTimerSeconds !== undefined) this.#flow?.keepAliveWithin(grants.flowTimerSeconds * 1000);
  }

  /** No longer interested: its transaction may end as it likes. */
  #forgetRequest(): void {
    const request = this.#request;
    if (request === undefined) return;
    this.#request = undefined;
    this.#sequence = Math.max(this.#sequence, request.message.cseq);
    request.dispose();
    // the core forgets a client only when its transaction ends by itself
    const { userAgentClients } = this.#options.core;
    for (const [id, client] of userAgentClients) if (client === request) userAgentClients.delete(id);
  }

  #question(requestedSeconds: number): Parameters<typeof readRegisterAnswer>[1] {
    const { account, core, identity } = this.#options;
    return {
      host: account.servers[this.#state.server]?.host ?? '',
      user: account.user,
      contactUser: core.configuration.contact.uri.user ?? '',
      instance: identity.instance,
      requestedSeconds,
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
