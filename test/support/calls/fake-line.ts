import type { CallId } from '#shared/calls/call.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import type { FlowPath } from '#shared/network/path.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type {
  CallPeerChanged,
  CertificateLearned,
  InviteOptions,
  MessageReceived,
  ReconnectReason,
  ReferTarget,
  SipCallEvent,
  SipLine,
  WatchChanged,
} from '#electron/sip/sip-line.ts';

export const sampleAccount: Account = {
  id: 'account-1',
  kind: 'server',
  user: '201',
  authUser: null,
  displayName: 'Mia Klein',
  domain: null,
  servers: [{ host: 'office.test', port: 8802, transport: 'wss', path: '/', trust: { kind: 'system' } }],
  registerExpires: 600,
};

export const registered: RegistrationStatus = {
  phase: 'registered',
  server: 'office.test:8802',
  since: 0,
  expiresAt: 600_000,
  confirmedAt: 0,
  path: 'office',
  others: [],
};

/** How a call is dialled when nothing special is wanted. */
export const plainInvite: InviteOptions = { anonymous: false, shownNumber: null, referral: null, pickUp: null };

/** A line whose far end is the test: it notes every order and lets the test say what the network does. */
export class FakeLine implements SipLine {
  readonly account: Account;
  registration: RegistrationStatus = registered;
  readonly orders: unknown[][] = [];
  disposed = false;
  /** Whether messages are delivered. */
  deliversMessages = true;
  /** Addresses that are watched now, once for each watch. */
  readonly watched: string[] = [];
  readonly #registrationChanged = new Emitter<RegistrationStatus>();
  readonly #callEvents = new Emitter<SipCallEvent>();
  readonly #peers = new Emitter<CallPeerChanged>();
  readonly #watchChanged = new Emitter<WatchChanged>();
  readonly #messages = new Emitter<MessageReceived>();
  readonly #flowReady = new Emitter<FlowPath>();
  readonly #certificateLearned = new Emitter<CertificateLearned>();
  readonly onRegistrationChanged = this.#registrationChanged.event;
  readonly onCallEvent = this.#callEvents.event;
  readonly onCallPeerChanged = this.#peers.event;
  readonly onWatchChanged = this.#watchChanged.event;
  readonly onMessage = this.#messages.event;
  readonly onFlowReady = this.#flowReady.event;
  readonly onCertificateLearned = this.#certificateLearned.event;

  constructor(account: Account = sampleAccount) {
    this.account = account;
  }

  get listenerCount(): number {
    const emitters = [
      this.#registrationChanged,
      this.#callEvents,
      this.#peers,
      this.#watchChanged,
      this.#messages,
      this.#flowReady,
      this.#certificateLearned,
    ];
    return emitters.reduce((count, emitter) => count + emitter.listenerCount, 0);
  }

  say(event: SipCallEvent): void {
    this.#callEvents.fire(event);
  }

  changePeer(call: CallId, peer: string): void {
    this.#peers.fire({ call, peer });
  }

  tellWatch(change: WatchChanged): void {
    this.#watchChanged.fire(change);
  }

  /** A new flow is registered. */
  renewFlow(path: FlowPath = { localAddress: '192.168.1.20', remoteAddress: '192.168.1.2', interfaceName: 'eth0' }): void {
    this.#flowReady.fire(path);
  }

  learnCertificate(learned: CertificateLearned): void {
    this.#certificateLearned.fire(learned);
  }

  receiveMessage(message: MessageReceived): void {
    this.#messages.fire(message);
  }

  setRegistration(status: RegistrationStatus): void {
    this.registration = status;
    this.#registrationChanged.fire(status);
  }

  start(): void {
    this.orders.push(['start']);
  }
  reconnect(why: ReconnectReason): void {
    this.orders.push(['reconnect', why]);
  }
  takeOver(): void {
    this.orders.push(['takeOver']);
  }
  standBy(): void {
    this.orders.push(['standBy']);
  }
  probeRegistration(): Promise<RegistrationProbe> {
    return Promise.resolve({ error: null, others: [], dateMs: null });
  }
  unregister(): Promise<void> {
    this.orders.push(['unregister']);
    return Promise.resolve();
  }
  invite(call: CallId, target: string, options: InviteOptions): void {
    this.orders.push(['invite', call, target, options]);
  }
  sendRinging(call: CallId): void {
    this.orders.push(['sendRinging', call]);
  }
  accept(call: CallId): void {
    this.orders.push(['accept', call]);
  }
  reject(call: CallId, status: 480 | 486 | 603): void {
    this.orders.push(['reject', call, status]);
  }
  redirect(call: CallId, target: string, why: string): void {
    this.orders.push(['redirect', call, target, why]);
  }
  hangUp(call: CallId): void {
    this.orders.push(['hangUp', call]);
  }
  setHold(call: CallId, held: boolean): void {
    this.orders.push(['setHold', call, held]);
  }
  sendDtmf(call: CallId, digits: string, by: 'rtp' | 'info'): void {
    this.orders.push(['sendDtmf', call, digits, by]);
  }
  refer(call: CallId, to: ReferTarget): void {
    this.orders.push(['refer', call, to]);
  }
  answerReferral(call: CallId, accept: boolean): void {
    this.orders.push(['answerReferral', call, accept]);
  }
  sendMessage(target: string, text: string): Promise<void> {
    this.orders.push(['sendMessage', target, text]);
    if (this.deliversMessages) return Promise.resolve();
    return Promise.reject(new AppError('message-not-delivered', { details: { name: target } }));
  }
  watch(target: string): Disposable {
    this.watched.push(target);
    return toDisposable(() => this.watched.splice(this.watched.indexOf(target), 1));
  }
  repair(call: CallId, strategy: string): void {
    this.orders.push(['repair', call, strategy]);
  }
  farEndProduct(): string {
    return 'Kamailio';
  }
  sipCallIds(call: CallId): readonly string[] {
    return [`sip-${call}`];
  }
  dispose(): void {
    this.disposed = true;
  }
}
