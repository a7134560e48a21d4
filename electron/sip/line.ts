import { AppError } from '#shared/errors/app-error.ts';
import type { CallId } from '#shared/calls/call.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import { type RegistrationStatus, takesRequests } from '#shared/registration/registration.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { FlowPath } from '#shared/network/path.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { CallContext } from './call-context.ts';
import { CallTable } from './call-table.ts';
import { keepAnonymous } from './caller-identity.ts';
import type { DiversionReason } from './diversion.ts';
import { Messages } from './messages.ts';
import type {
  CallPeerChanged,
  CertificateLearned,
  InviteOptions,
  MediaDescriptions,
  MessageReceived,
  ReconnectReason,
  ReferTarget,
  SipCallEvent,
  SipLine,
  WatchChanged,
} from './sip-line.ts';
import { Watches } from './subscriptions/watches.ts';
import type { ConnectingOptions } from './transports/websocket.ts';
import { SipStack, type SipStackOptions } from './user-agent.ts';

export interface LineOptions extends Omit<SipStackOptions, 'delegate' | 'connecting' | 'calls'> {
  readonly media: MediaDescriptions;
  /** Proxies and portals; without them every way is direct. */
  readonly connecting?: ConnectingOptions;
}

/** One account's line: the stack below, its calls above. */
export class Line implements SipLine {
  readonly account: Account;
  readonly #stack: SipStack;
  readonly #calls: CallTable;
  readonly #messages: Messages;
  readonly #watches: Watches;
  readonly #owned = new DisposableStore();
  readonly #flowReady = new Emitter<FlowPath>();
  readonly #certificateLearned = new Emitter<CertificateLearned>();
  #listening = false;

  constructor(options: LineOptions) {
    const { account, password, passwordReady, instanceId, userAgentName, media, clock, random, logger } = options;
    this.account = account;
    this.#stack = new SipStack({
      account,
      password,
      ...(passwordReady === undefined ? {} : { passwordReady }),
      instanceId,
      clock,
      random,
      logger,
      userAgentName,
      ...(options.computerName === undefined ? {} : { computerName: options.computerName }),
      ...(options.localAddresses === undefined ? {} : { localAddresses: options.localAddresses }),
      calls: { any: () => this.#calls.size > 0, anyUnanswered: () => this.#calls.hasUnanswered },
      connecting: {
        ...options.connecting,
        onCertificateLearned: ({ host, port }, certificate) => this.#certificateLearned.fire({ host, port, certificate }),
      },
      onMessage: (message) => {
        options.onMessage?.(message);
        this.#calls.noteMessage(message);
      },
      delegate: {},
    });
    const core = this.#stack.userAgent.userAgentCore;
    keepAnonymous(core);
    const context: CallContext = { account, core, media, clock, random, logger: logger.child('call') };
    this.#messages = new Messages(context);
    this.#calls = new CallTable(context, (request) => this.#messages.receive(request));
    this.#watches = new Watches({ ...context, logger: logger.child('watch') });
  }

  get registration(): RegistrationStatus {
    return this.#stack.registration;
  }

  get onRegistrationChanged(): Event<RegistrationStatus> {
    return this.#stack.onRegistrationChanged;
  }

  get onCallEvent(): Event<SipCallEvent> {
    return this.#calls.callEvents.event;
  }

  get onCallPeerChanged(): Event<CallPeerChanged> {
    return this.#calls.peerChanges.event;
  }

  get onWatchChanged(): Event<WatchChanged> {
    return this.#watches.changes.event;
  }

  get onMessage(): Event<MessageReceived> {
    return this.#messages.received.event;
  }

  /** Calls that have not had their terminal event; tests use it to prove that nothing stayed behind. */
  get liveCalls(): number {
    return this.#calls.size;
  }

  start(): void {
    this.#listen();
    this.#stack.start();
  }

  get onFlowReady(): Event<FlowPath> {
    return this.#flowReady.event;
  }

  get onCertificateLearned(): Event<CertificateLearned> {
    return this.#certificateLearned.event;
  }

  reconnect(why: ReconnectReason): void {
    this.#stack.reconnect(why);
  }

  takeOver(): void {
    this.#listen();
    this.#stack.takeOver();
  }

  standBy(): void {
    this.#stack.standBy();
  }

  probeRegistration(server: Server, signal: AbortSignal): Promise<RegistrationProbe> {
    return this.#stack.probeRegistration(server, signal);
  }

  unregister(): Promise<void> {
    return this.#stack.unregister();
  }

  invite(id: CallId, target: string, options: InviteOptions): void {
    this.#calls.invite(id, target, options);
  }

  sendRinging(id: CallId): void {
    this.#calls.get(id)?.ring();
  }

  accept(id: CallId): void {
    this.#calls.get(id)?.accept();
  }

  reject(id: CallId, status: 480 | 486 | 603): void {
    this.#calls.get(id)?.reject(status);
  }

  redirect(id: CallId, target: string, why: DiversionReason): void {
    this.#calls.redirect(id, target, why);
  }

  hangUp(id: CallId): void {
    this.#calls.get(id)?.hangUp();
  }

  setHold(id: CallId, held: boolean): void {
    this.#calls.get(id)?.setHold(held);
  }

  sendDtmf(id: CallId, digits: string, by: 'rtp' | 'info'): void {
    this.#calls.get(id)?.sendDtmf(digits, by);
  }

  refer(id: CallId, to: ReferTarget): void {
    this.#calls.refer(id, to);
  }

  answerReferral(id: CallId, accept: boolean): void {
    if (!accept) this.#calls.declineReferral(id);
  }

  async sendMessage(target: string, text: string): Promise<void> {
    if (!takesRequests(this.registration)) throw new AppError('not-registered');
    await this.#messages.send(target, text);
  }

  watch(target: string): Disposable {
    return this.#watches.watch(target);
  }

  repair(id: CallId, strategy: RepairStrategy): void {
    this.#calls.get(id)?.repair(strategy);
  }

  farEndProduct(id: CallId): string {
    return this.#calls.get(id)?.farEndProduct ?? '';
  }

  sipCallIds(id: CallId): readonly string[] {
    return this.#calls.sipCallIds(id);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#calls.dispose();
    this.#messages.dispose();
    this.#watches.dispose();
    this.#stack.dispose();
    this.#flowReady.dispose();
    this.#certificateLearned.dispose();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const { userAgentCore } = this.#stack.userAgent;
    userAgentCore.delegate = {
      onInvite: (request) => this.#calls.receiveInvite(request),
      onRefer: (request) => this.#calls.receiveRefer(request),
      onMessage: (request) => this.#messages.receive(request),
      // news that nobody subscribed to, such as waiting messages: a server that is refused sends no more of anything
      onNotify: (request) => request.accept(),
    };
    this.#owned.add(
      this.#stack.onFlowLost(() => {
        this.#calls.flowLost();
        this.#watches.flowLost();
      }),
    );
    this.#owned.add(
      this.#stack.onFlowReady((path) => {
        this.#calls.flowReady();
        this.#watches.flowReady();
        this.#flowReady.fire(path);
      }),
    );
  }
}
