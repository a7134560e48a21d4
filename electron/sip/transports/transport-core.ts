import { AppError } from '#shared/errors/app-error.ts';
import { assert } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';

/** The two ends of a connection; the far one is the proxy's where a proxy stands between. */
export interface WirePath {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** One connection of whatever kind, below the rules that all share. Calls back only after `open` and before `terminate`. */
export interface Wire {
  /** Known from `opened` on. */
  readonly path?: WirePath | undefined;
  open(listener: WireListener): void;
  write(bytes: Uint8Array | string): void;
  /** Asks the peer for a sign of life; any byte that comes back is one. */
  ping(): void;
  /** Cuts at once, without a word to the peer and without waiting for it. Harmless in every state. */
  terminate(): void;
}

export interface WireListener {
  opened(): void;
  /** One whole message, or any other sign of life when undefined. */
  received(bytes: Uint8Array | undefined): void;
  /** The end, whatever the cause; nothing follows. */
  closed(error: AppError): void;
}

export interface TransportListener {
  connected(): void;
  message(bytes: Uint8Array): void;
  /** The connection could not be made or is gone. Not called after `close`. */
  disconnected(error: AppError): void;
}

export interface TransportCoreOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly listener: TransportListener;
  /** For errors: where this leads. */
  readonly target: { readonly host: string; readonly port: number };
  /** Whether calls run over it: a dead peer is then found sooner. Asked at every sign of life and every message. */
  readonly isBusy?: (() => boolean) | undefined;
}

export const connectDeadlineMs = 10_000;
/** Silence after which the peer is asked for a sign of life. */
export const idleBeforePingMs = 20_000;
/** No Flow-Timer can make us ask more often. */
const leastIdleMs = 5_000;
export const pongDeadlineMs = 5_000;
/** The same while calls run: a dead peer is found within 5 s. */
export const busyBeforePingMs = 2_500;
export const busyPongDeadlineMs = 2_500;
/** After something was sent, silence may last only that long. */
export const unansweredBeforePingMs = 4_000;

/**
 * The life of one connection, the same for every transport:
 *
 *   disconnected --connect--> connecting --opened--> connected --close--> closing (momentary) --> disconnected
 *                                 |  10 s, error        |  silence, ping, 5 s more silence; error
 *                                 +---------------------+----------------------------------> disconnected
 *
 * It lives once; a new attempt is a new object, so that nothing late from an old socket can touch it. A dead peer is found
 * within 25 s when idle, within 9 s after something was sent, and within 5 s while calls run.
 */
export class TransportCore implements Disposable {
  readonly #options: TransportCoreOptions;
  #state: 'disconnected' | 'connecting' | 'connected' | 'closing' = 'disconnected';
  #used = false;
  #timer: Disposable | undefined;
  #timerMeaning: 'connect' | 'idle' | 'unanswered' | 'pong' = 'connect';
  #idleMs = idleBeforePingMs;
  #probing = false;

  constructor(options: TransportCoreOptions) {
    this.#options = options;
  }

  get state(): 'disconnected' | 'connecting' | 'connected' | 'closing' {
    return this.#state;
  }

  /** Undefined before it is connected, and where the wire does not know. */
  get path(): WirePath | undefined {
    return this.#options.wire.path;
  }

  /** Whether a probe waits for its answer: nothing is known of the peer since then. */
  get isInDoubt(): boolean {
    return this.#probing;
  }

  connect(): void {
    assert(!this.#used, 'a transport core connects once');
    this.#used = true;
    this.#state = 'connecting';
    this.#arm('connect', connectDeadlineMs);
    this.#options.wire.open({
      opened: () => this.#opened(),
      received: (bytes) => this.#received(bytes),
      closed: (error) => this.#end(error),
    });
  }

  /** Throws `connection-lost` unless connected. */
  write(bytes: Uint8Array | string): void {
    if (this.#state !== 'connected') throw new AppError('connection-lost', { details: { ...this.#options.target } });
    this.#options.wire.write(bytes);
    if (this.#state === 'connected' && this.#timerMeaning === 'idle') {
      this.#arm('unanswered', Math.min(unansweredBeforePingMs, this.#silenceMs));
    }
  }

  /** Asks for a sign of life at once; the connection ends when none comes in time. */
  probe(deadlineMs: number): void {
    if (this.#state !== 'connected') return;
    this.#probing = true;
    this.#arm('pong', deadlineMs);
    this.#options.wire.ping();
  }

  /** The peer takes the connection for dead after so long a silence (Flow-Timer, RFC 5626 section 4.4): a sign of life comes well before. */
  keepAliveWithin(silenceMs: number): void {
    this.#idleMs = Math.min(idleBeforePingMs, Math.max(leastIdleMs, silenceMs * 0.8));
    if (this.#state === 'connected' && this.#timerMeaning === 'idle') this.#arm('idle', this.#silenceMs);
  }

  /** Ends the connection now; the listener hears nothing more. */
  close(): void {
    if (this.#state === 'disconnected') {
      this.#used = true;
      return;
    }
    this.#state = 'closing';
    this.#timer?.dispose();
    this.#options.wire.terminate();
    this.#state = 'disconnected';
  }

  dispose(): void {
    this.close();
  }

  get #isBusy(): boolean {
    return this.#options.isBusy?.() === true;
  }

  get #silenceMs(): number {
    return this.#isBusy ? Math.min(busyBeforePingMs, this.#idleMs) : this.#idleMs;
  }

  #opened(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#arm('idle', this.#silenceMs);
    this.#options.listener.connected();
  }

  #received(bytes: Uint8Array | undefined): void {
    if (this.#state !== 'connected') return;
    this.#probing = false;
    this.#arm('idle', this.#silenceMs);
    if (bytes !== undefined) this.#options.listener.message(bytes);
  }

  #end(error: AppError): void {
    if (this.#state !== 'connecting' && this.#state !== 'connected') return;
    this.#state = 'disconnected';
    this.#timer?.dispose();
    this.#options.wire.terminate();
    this.#options.listener.disconnected(error);
  }

  #arm(meaning: 'connect' | 'idle' | 'unanswered' | 'pong', delayMs: number): void {
    this.#timer?.dispose();
    this.#timerMeaning = meaning;
    this.#timer = this.#options.clock.schedule(delayMs, () => this.#elapsed());
  }

  #elapsed(): void {
    if (this.#timerMeaning === 'idle' || this.#timerMeaning === 'unanswered') {
      this.#arm('pong', this.#isBusy ? busyPongDeadlineMs : pongDeadlineMs);
      this.#options.wire.ping();
      return;
    }
    const code = this.#timerMeaning === 'connect' ? 'connection-timed-out' : 'connection-lost';
    this.#end(new AppError(code, { details: { ...this.#options.target, cause: this.#timerMeaning } }));
  }
}
