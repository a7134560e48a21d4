import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { SipStack, type SipStackOptions, type WireMessage } from '#electron/sip/user-agent.ts';
import type { Account, Server, Trust } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Clock } from '#shared/util/clock.ts';
import { toDisposable } from '#shared/util/disposable.ts';
import { silentLogger } from '#shared/util/logger.ts';

export interface StackWishes {
  readonly servers: readonly Server[];
  readonly user?: string;
  readonly password?: string;
  readonly registerExpires?: number;
  readonly clock?: Clock;
  readonly computerName?: string;
  readonly instanceId?: string;
  readonly localAddresses?: SipStackOptions['localAddresses'];
  readonly calls?: SipStackOptions['calls'];
  readonly delegate?: SipStackOptions['delegate'];
  readonly connecting?: SipStackOptions['connecting'];
}

export function serverAt(port: number, wishes: Partial<Server> = {}): Server {
  return { host: '127.0.0.1', port, transport: 'wss', path: '/ws', trust: { kind: 'system' }, ...wishes };
}

export function pinnedTo(fingerprint: string): Trust {
  return { kind: 'pinned', fingerprint };
}

/** A SIP stack as the app makes it, and a record of all that it says. */
export class SipStackFixture {
  readonly stack: SipStack;
  readonly statuses: RegistrationStatus[] = [];
  readonly wire: WireMessage[] = [];
  readonly flows: ('lost' | 'ready')[] = [];
  readonly timers: CountingClock;
  password: string | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(wishes: StackWishes) {
    this.password = wishes.password ?? 'secret';
    this.timers = new CountingClock(wishes.clock ?? new SystemClock());
    const account: Account = {
      id: 'test',
      kind: 'server',
      user: wishes.user ?? '201',
      authUser: null,
      displayName: 'Dr. "Quote" Example',
      domain: null,
      servers: [...wishes.servers],
      registerExpires: wishes.registerExpires ?? 600,
    };
    this.stack = new SipStack({
      account,
      password: () => this.password,
      instanceId: wishes.instanceId ?? '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
      computerName: wishes.computerName ?? 'test computer',
      clock: this.timers,
      random: new SystemRandom(),
      logger: silentLogger,
      onMessage: (message) => {
        this.wire.push(message);
        this.#wake();
      },
      userAgentName: 'Commute/test',
      ...(wishes.connecting === undefined ? {} : { connecting: wishes.connecting }),
      ...(wishes.localAddresses === undefined ? {} : { localAddresses: wishes.localAddresses }),
      ...(wishes.calls === undefined ? {} : { calls: wishes.calls }),
      delegate: wishes.delegate ?? {},
    });
    this.stack.onRegistrationChanged((status) => {
      this.statuses.push(status);
      this.#wake();
    });
    this.stack.onFlowLost(() => this.flows.push('lost'));
    this.stack.onFlowReady(() => this.flows.push('ready'));
  }

  /** Resolves with the first status of that phase from now on, or the present one. */
  async phase<P extends RegistrationStatus['phase']>(phase: P): Promise<Extract<RegistrationStatus, { phase: P }>> {
    for (;;) {
      const status = this.stack.registration;
      if (isPhase(status, phase)) return status;
      await this.next();
    }
  }

  /** Resolves at the next change or message. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.next();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

function isPhase<P extends RegistrationStatus['phase']>(
  status: RegistrationStatus,
  phase: P,
): status is Extract<RegistrationStatus, { phase: P }> {
  return status.phase === phase;
}

/** Passes on to another clock and counts the timers that are still to fire. */
class CountingClock implements Clock {
  running = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  schedule(delayMs: number, action: () => void): ReturnType<Clock['schedule']> {
    this.running++;
    const ended = toDisposable(() => this.running--);
    const timer = this.#clock.schedule(delayMs, () => {
      ended.dispose();
      action();
    });
    return toDisposable(() => {
      ended.dispose();
      timer.dispose();
    });
  }
}
