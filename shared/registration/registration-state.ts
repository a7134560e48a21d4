import type { ErrorReport } from '../errors/app-error.ts';
import { unreachable } from '../util/assert.ts';
import type { RegisterVerdict } from './register-answer.ts';
import type { RegistrationStatus } from './registration.ts';
import type { RetryMemory } from './retry-law.ts';

/** Inside view of a registration; the machine is drawn in `registration-machine.ts`. */
export type RegistrationState =
  | (RegistrationCommon & { readonly phase: 'signed-out' })
  | (RegistrationCommon & { readonly phase: 'connecting' })
  | (RegistrationCommon & { readonly phase: 'registering' })
  | (RegistrationCommon & {
      readonly phase: 'registered';
      readonly refreshing: boolean;
      /** Wall times in ms. */
      readonly since: number;
      readonly expiresAt: number;
      /** Monotonic time of the first 200 on this flow. */
      readonly stableFromMs: number;
      readonly otherContacts: readonly string[];
    })
  | (RegistrationCommon & { readonly phase: 'waiting'; readonly retryAt: number; readonly error: ErrorReport })
  | (RegistrationCommon & { readonly phase: 'refused'; readonly error: ErrorReport })
  | (RegistrationCommon & { readonly phase: 'unregistering' });

export interface RegistrationCommon {
  /** Index of the address in use. */
  readonly server: number;
  /** `ready`: a REGISTER was accepted on it, dialogs may use it. */
  readonly flow: 'none' | 'opening' | 'open' | 'ready';
  readonly memory: RetryMemory;
  readonly round: RegistrationRound;
  /** Lifetime asked for; raised by a 423. */
  readonly expiresSeconds: number;
  /** A 423 was obeyed and no 200 came since. */
  readonly raised: boolean;
}

/** One walk over all addresses. */
export interface RegistrationRound {
  readonly start: number;
  readonly tried: number;
  /** Error of the most preferred address tried so far. */
  readonly error: { readonly server: number; readonly report: ErrorReport } | null;
  readonly accepted: boolean;
  readonly retryAfterSeconds: number | undefined;
}

export type RegistrationEvent =
  | { readonly type: 'start' }
  /** Network change, resume, the person's wish. `credentialsChanged`: the password is another one than the server refused. */
  | { readonly type: 'reconnect'; readonly credentialsChanged: boolean }
  | { readonly type: 'unregister' }
  | { readonly type: 'flow-opened' }
  | { readonly type: 'flow-failed'; readonly error: ErrorReport }
  | { readonly type: 'flow-lost'; readonly error: ErrorReport }
  /** A provisional answer or a challenge that is being met: the server is alive. */
  | { readonly type: 'progress' }
  | { readonly type: 'answered'; readonly verdict: RegisterVerdict }
  | { readonly type: 'removed' }
  | { readonly type: 'timer' };

export type RegistrationEffect =
  | { readonly type: 'open-flow'; readonly server: number }
  | { readonly type: 'close-flow' }
  | { readonly type: 'send-register'; readonly expiresSeconds: number }
  | { readonly type: 'send-removal' }
  /** Replaces the timer that runs. */
  | { readonly type: 'set-timer'; readonly delayMs: number }
  | { readonly type: 'clear-timer' }
  | { readonly type: 'announce-flow-lost' }
  | { readonly type: 'announce-flow-ready' }
  | { readonly type: 'announce-removal-finished' };

export interface RegistrationSurroundings {
  readonly serverCount: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** Random number from 0 (included) to 1 (excluded). */
  readonly fraction: number;
}

export interface RegistrationStep {
  readonly state: RegistrationState;
  readonly effects: readonly RegistrationEffect[];
}

/** What the rest of the app sees. `serverName` gives the shown name of an address by its index. */
export function statusOf(state: RegistrationState, serverName: (server: number) => string): RegistrationStatus {
  const server = serverName(state.server);
  switch (state.phase) {
    case 'signed-out':
      return { phase: 'signed-out' };
    case 'connecting':
      return { phase: 'connecting', server, attempt: state.memory.failures + 1 };
    case 'registering':
      return { phase: 'registering', server };
    case 'registered':
      return {
        phase: 'registered',
        server,
        since: state.since,
        expiresAt: state.expiresAt,
        confirmedAt: state.since,
        path: 'office',
        others: [],
      };
    case 'waiting':
      return { phase: 'waiting', server, retryAt: state.retryAt, error: state.error };
    case 'refused':
      return { phase: 'refused', server, error: state.error };
    case 'unregistering':
      return { phase: 'unregistering', server };
    default:
      return unreachable(state, 'registration phase');
  }
}
