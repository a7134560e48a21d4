import type { CallId } from '#shared/calls/call.ts';
import type { RepairStrategy } from '#shared/calls/call-state.ts';
import type { Account } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Clock } from '#shared/util/clock.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { CallTable } from './call-table.ts';
import type { CallPeerChanged, MediaDescriptions, SipCallEvent, SipLine } from './sip-line.ts';
import { SipStack, type WireMessage } from './user-agent.ts';

export interface LineOptions {
  readonly account: Account;
  /** Read at the moment of a challenge; undefined when the person has not given one. */
  readonly password: () => string | undefined;
  /** When `password` can be asked; at once when absent. */
  readonly passwordReady?: Promise<unknown>;
  /** UUID without `urn:uuid:`; the same for the life of this installation. */
  readonly instanceId: string;
  readonly userAgentName: string;
  readonly media: MediaDescriptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Every message as it crossed the wire, for the ladder. */
  readonly onMessage?: (message: WireMessage) => void;
}

/** One account's line: the stack below, its calls above. */
export class Line implements SipLine {
  readonly account: Account;
  readonly #options: LineOptions;
  readonly #stack: SipStack;
  readonly #calls: CallTable;
  readonly #owned = new DisposableStore();
  #listening = false;

  constructor(options: LineOptions) {
    const { account, password, passwordReady, instanceId, userAgentName, media, clock, random, logger } = options;
    this.#options = options;
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
      onMessage: (message) => {
        options.onMessage?.(message);
        this.#calls.noteMessage(message);
      },
      delegate: {},
    });
    const core = this.#stack.userAgent.userAgentCore;
    this.#calls = new CallTable({ account, core, media, clock, random, logger: logger.child('call') });
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

  /** Calls that have not had their terminal event; tests use it to prove that nothing stayed behind. */
  get liveCalls(): number {
    return this.#calls.size;
  }

  start(): void {
    this.#listen();
    this.#stack.start();
  }

  reconnect(): void {
    this.#stack.reconnect();
  }

  unregister(): Promise<void> {
    return this.#stack.unregister();
  }

  invite(id: CallId, target: string): void {
    this.#calls.invite(id, target);
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

  hangUp(id: CallId): void {
    this.#calls.get(id)?.hangUp();
  }

  setHold(id: CallId, held: boolean): void {
    this.#calls.get(id)?.setHold(held);
  }

  sendDtmf(id: CallId, digits: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#options.media.sendDtmf(call.peer, digits).catch((error: unknown) => {
      this.#options.logger.warn('digits were not sent', { call: id, error: String(error) });
    });
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
    this.#stack.dispose();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const { userAgentCore } = this.#stack.userAgent;
    userAgentCore.delegate = { ...userAgentCore.delegate, onInvite: (request) => this.#calls.receiveInvite(request) };
    this.#owned.add(this.#stack.onFlowLost(() => this.#calls.flowLost()));
    this.#owned.add(this.#stack.onFlowReady(() => this.#calls.flowReady()));
  }
}
