import type { CallId } from '#shared/calls/call.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallPeerChanged, SipCallEvent, SipLine } from '#electron/sip/sip-line.ts';

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
  otherContacts: [],
};

/** A line whose far end is the test: it notes every order and lets the test say what the network does. */
export class FakeLine implements SipLine {
  readonly account: Account;
  registration: RegistrationStatus = registered;
  readonly orders: unknown[][] = [];
  disposed = false;
  readonly #registrationChanged = new Emitter<RegistrationStatus>();
  readonly #callEvents = new Emitter<SipCallEvent>();
  readonly #peers = new Emitter<CallPeerChanged>();
  readonly onRegistrationChanged = this.#registrationChanged.event;
  readonly onCallEvent = this.#callEvents.event;
  readonly onCallPeerChanged = this.#peers.event;

  constructor(account: Account = sampleAccount) {
    this.account = account;
  }

  get listenerCount(): number {
    return this.#registrationChanged.listenerCount + this.#callEvents.listenerCount + this.#peers.listenerCount;
  }

  say(event: SipCallEvent): void {
    this.#callEvents.fire(event);
  }

  changePeer(call: CallId, peer: string): void {
    this.#peers.fire({ call, peer });
  }

  setRegistration(status: RegistrationStatus): void {
    this.registration = status;
    this.#registrationChanged.fire(status);
  }

  start(): void {
    this.orders.push(['start']);
  }
  reconnect(): void {
    this.orders.push(['reconnect']);
  }
  unregister(): Promise<void> {
    this.orders.push(['unregister']);
    return Promise.resolve();
  }
  invite(call: CallId, target: string): void {
    this.orders.push(['invite', call, target]);
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
  hangUp(call: CallId): void {
    this.orders.push(['hangUp', call]);
  }
  setHold(call: CallId, held: boolean): void {
    this.orders.push(['setHold', call, held]);
  }
  sendDtmf(call: CallId, digits: string): void {
    this.orders.push(['sendDtmf', call, digits]);
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
