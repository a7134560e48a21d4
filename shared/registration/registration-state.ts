import type { ErrorReport } from '../errors/app-error.ts';
import type { PathKind } from '../network/path.ts';
import type { Claim } from './binding-list.ts';
import type { OtherContact } from './other-contact.ts';
import type { ContactWish } from './own-contact.ts';
import type { RegistrationStatus } from './registration.ts';
import { noFailures, type RetryMemory } from './retry-law.ts';

/** Inside view of a registration; the machine is drawn in `registration-machine.ts`. Times are monotonic ms where nothing else is said. */
export interface RegistrationState {
  /** What the person wants of the line. */
  readonly wish: 'off' | 'bound' | 'standing-by';
  /** The connection that dialogs use. */
  readonly home: Home | null;
  /** Addresses that are being tried. */
  readonly race: Race | null;
  /** All addresses failed; try again at that time. */
  readonly pause: Pause | null;
  /** Only the person can help. */
  readonly refusal: Refusal | null;
  /** The connection before, as long as its binding is being taken back. */
  readonly retiring: Farewell | null;
  /** Signing out. */
  readonly leaving: Farewell | null;
  /** Connections on which a server said "later": used again when later has come. */
  readonly parked: readonly Parked[];
  /** Addresses that refused the account; not asked again before something has changed. */
  readonly barred: readonly Refusal[];
  readonly takeOver: TakeOver;
  /** What our binding says of itself. */
  readonly contact: ContactWish;
  /** Takeovers that are not obeyed: they were known when the person decided to ring here. */
  readonly answeredClaims: readonly string[];
  /** The person has just decided to ring here: the takeovers that the next list names are known to be overruled. */
  readonly deciding: boolean;
  readonly memory: RetryMemory;
  readonly nextFlow: number;
  /** When the timer fires; null: none runs. */
  readonly timerAt: number | null;
}

/** Steps of a takeover: bind to learn who else is there, bind with the claim, remove the others one by one, then all, and bind again. */
export type TakeOver = 'none' | 'look' | 'claim' | 'remove' | 'clear' | 'rebind';

export interface Home {
  readonly flow: number;
  readonly server: number;
  readonly binding: Binding | null;
  readonly asking: Asking | null;
  readonly others: readonly OtherContact[];
  /** Bindings of ours that were left behind and are still to be removed. */
  readonly stale: readonly Stale[];
  /** URIs whose removal was tried; once is enough. */
  readonly tried: readonly string[];
  readonly stableFrom: number;
  /** Next refresh; standing by, the next look at a better address. */
  readonly refreshAt: number;
  /** Next question what is bound; null where the server does not answer it. */
  readonly confirmAt: number | null;
}

/** Wall times in ms. */
export interface Binding {
  readonly since: number;
  readonly expiresAt: number;
  readonly confirmedAt: number;
}

/** A REGISTER that is on its way. */
export interface Asking {
  readonly order: RegisterOrder;
  readonly answerBy: number;
}

export interface Stale {
  readonly uri: string;
  /** The connection over which it was bound, where that was one of this run. */
  readonly flow: number | null;
}

/** `better`: addresses that come before the one that is used. */
export interface Race {
  readonly scope: 'all' | 'better';
  readonly lanes: readonly Lane[];
  readonly nextStartAt: number;
  /** How long an open connection waits for a more preferred one. */
  readonly graceUntil: number | null;
}

/**
 *   idle -> opening -> open -> asking -> (200: it is the home)
 *     ^        |         |        |
 *     |        v         v        v
 *     +----- failed <----+--------+        (nothing listens there: looked at again as long as other lanes run;
 *                                 |         a server that starts and does not answer: opened again, once)
 *                                 +--> opening
 */
export interface Lane {
  readonly server: number;
  readonly state: 'idle' | 'opening' | 'open' | 'asking' | 'failed';
  /** A failed lane has one where the error came as an answer. */
  readonly flow: number | null;
  readonly asking: Asking | null;
  readonly failure: LaneFailure | null;
  readonly againAt: number | null;
  /** Nothing listened there a moment ago: its first answer has less time, and it is then opened once more. */
  readonly isStarting: boolean;
}

export interface LaneFailure {
  readonly error: ErrorReport;
  readonly accepted: boolean;
  readonly retryAfterSeconds: number | undefined;
}

export interface Pause {
  readonly until: number;
  /** Wall time in ms. */
  readonly retryAt: number;
  readonly server: number;
  readonly error: ErrorReport;
}

export interface Refusal {
  readonly server: number;
  readonly error: ErrorReport;
}

/** A connection whose binding is being taken back. `busy`: an earlier request is unanswered; `asked`: the removal is on its way. */
export interface Farewell {
  readonly flow: number;
  readonly until: number;
  readonly step: 'busy' | 'idle' | 'asked';
}

export interface Parked {
  readonly server: number;
  readonly flow: number;
  readonly failure: LaneFailure;
}

/** One REGISTER. */
export type RegisterOrder =
  | { readonly kind: 'bind'; readonly contact: ContactWish }
  /** Takes our present binding back. */
  | { readonly kind: 'unbind' }
  /** Takes bindings back that were made over this connection, by their URI alone: all of them, or all but the present one. */
  | { readonly kind: 'release'; readonly which: 'all' | 'former' }
  /** Without a Contact: what is bound (RFC 3261 section 10.2.3)? */
  | { readonly kind: 'query' }
  | { readonly kind: 'remove'; readonly uris: readonly string[] }
  /** `Contact: *` */
  | { readonly kind: 'clear' };

/** What the answer to an order means. */
export type RegisterNews =
  | { readonly kind: 'accepted'; readonly expiresSeconds: number; readonly bound: BoundNews }
  | { readonly kind: 'retry'; readonly error: ErrorReport; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'refused'; readonly error: ErrorReport };

export interface BoundNews {
  readonly own: boolean;
  readonly stale: readonly Stale[];
  readonly others: readonly OtherContact[];
  readonly claims: readonly Claim[];
}

export type RegistrationEvent =
  /** The person wants to be rung here. */
  | { readonly type: 'start' }
  /**
   * Network change, resume, the person's wish. `credentialsChanged`: the password is another one than the server refused;
   * `homeStands`: nothing is known against the present connection.
   */
  | { readonly type: 'reconnect'; readonly credentialsChanged: boolean; readonly homeStands: boolean }
  | { readonly type: 'take-over' }
  | { readonly type: 'stand-by' }
  | { readonly type: 'unregister' }
  | { readonly type: 'flow-opened'; readonly flow: number }
  | { readonly type: 'flow-ended'; readonly flow: number; readonly error: ErrorReport }
  /** A provisional answer or a challenge that is being met: the server is alive. */
  | { readonly type: 'progress'; readonly flow: number }
  | { readonly type: 'answered'; readonly flow: number; readonly news: RegisterNews }
  | { readonly type: 'timer' };

export type RegistrationEffect =
  | { readonly type: 'open-flow'; readonly flow: number; readonly server: number }
  | { readonly type: 'close-flow'; readonly flow: number }
  /** Its binding is gone; answers may still come over it. */
  | { readonly type: 'retire-flow'; readonly flow: number }
  /** It must show a sign of life within two seconds, or it ends. */
  | { readonly type: 'probe-flow'; readonly flow: number }
  | { readonly type: 'send'; readonly flow: number; readonly order: RegisterOrder }
  /** Dialogs use this connection from now on. */
  | { readonly type: 'attach'; readonly flow: number }
  /** Dialogs have no connection. */
  | { readonly type: 'detach' }
  /** Replaces the timer that runs. */
  | { readonly type: 'set-timer'; readonly delayMs: number }
  | { readonly type: 'clear-timer' }
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

export function signedOut(nextFlow = 1): RegistrationState {
  return {
    wish: 'off',
    home: null,
    race: null,
    pause: null,
    refusal: null,
    retiring: null,
    leaving: null,
    parked: [],
    barred: [],
    takeOver: 'none',
    contact: { since: 0, over: [] },
    answeredClaims: [],
    deciding: false,
    memory: noFailures,
    nextFlow,
    timerAt: null,
  };
}

/** What the rest of the app sees. */
export function statusOf(
  state: RegistrationState,
  names: { readonly server: (server: number) => string; readonly path: (flow: number) => PathKind },
): RegistrationStatus {
  const { home, pause, refusal } = state;
  const phase = phaseOf(state);
  const server = names.server(serverOf(state));
  if (phase === 'registered' && home?.binding) {
    return { phase, server, ...home.binding, path: names.path(home.flow), others: devicesOf(home.others) };
  }
  if (phase === 'standing-by' && home) return { phase, server, path: names.path(home.flow), others: devicesOf(home.others) };
  if (phase === 'waiting' && pause) return { phase, server, retryAt: pause.retryAt, error: pause.error };
  if (phase === 'refused' && refusal) return { phase, server, error: refusal.error };
  if (phase === 'signed-out') return { phase };
  if (phase === 'registering' || phase === 'unregistering') return { phase, server };
  return { phase: 'connecting', server, attempt: state.memory.failures + state.memory.looks + 1 };
}

export function phaseOf({ wish, leaving, refusal, home, pause, race }: RegistrationState): RegistrationStatus['phase'] {
  if (leaving !== null) return 'unregistering';
  if (wish === 'off') return 'signed-out';
  if (refusal !== null) return 'refused';
  if (home?.binding) return 'registered';
  if (pause !== null) return 'waiting';
  if (home !== null && wish === 'standing-by') return 'standing-by';
  return home !== null || race?.lanes.some(({ state }) => state === 'asking') ? 'registering' : 'connecting';
}

/** The address that the status names. */
function serverOf({ home, race, pause, refusal }: RegistrationState): number {
  if (refusal !== null) return refusal.server;
  if (home?.binding) return home.server;
  if (pause !== null) return pause.server;
  if (home !== null) return home.server;
  const lanes = race?.lanes ?? [];
  return (lanes.find(({ state }) => state === 'asking') ?? lanes.find(({ state }) => state !== 'failed'))?.server ?? 0;
}

/** A device that has left bindings behind is one device. */
function devicesOf(others: readonly OtherContact[]): OtherContact[] {
  return [...new Map(others.map((other) => [other.key, other])).values()];
}
