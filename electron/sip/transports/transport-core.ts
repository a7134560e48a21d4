import { AppError } from '#shared/errors/app-error.ts';
import { assert } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';

/** One connection of whatever kind, below the rules that all share. Calls back only after `open` and before `terminate`. */
export interface Wire {
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
}

export const connectDeadlineMs = 10_000;
/** Silence after which the peer is asked for a sign of life. */
export const idleBeforePingMs = 25_000;
/** No peer can make us ask more often. */
const leastIdleMs = 5_000;
export const pongDeadlineMs = 5_000;
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
 * within 30 s when idle and within 9 s after something was sent.
 */
export class TransportCore implements Disposable {
  readonly #options: TransportCoreOptions;
  #state: 'disconnected' | 'connecting' | 'connected' | 'closing' = 'disconnected';
  #used = false;
  #timer: Disposable | undefined;
  #timerMeaning: 'connect' | 'idle' | 'unanswered' | 'pong' = 'connect';
  #idleMs = idleBeforePingMs;

  constructor(options: TransportCoreOptions) {
    this.#options = options;
  }

  get state(): 'disconnected' | 'connecting' | 'connected' | 'closing' {
    return this.#state;
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
    if (this.#state === 'connected' && this.#timerMeaning === 'idle') this.#arm('unanswered', unansweredBeforePingMs);
  }

  /** The peer takes the connection for dead after so long a silence (Flow-Timer, RFC 5626 section 4.4): a sign of life comes well before. */
  keepAliveWithin(silenceMs: number): void {
    this.#idleMs = Math.min(idleBeforePingMs, Math.max(leastIdleMs, silenceMs * 0.8));
    if (this.#state === 'connected' && this.#timerMeaning === 'idle') this.#arm('idle', this.#idleMs);
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

  #opened(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#arm('idle', this.#idleMs);
    this.#options.listener.connected();
  }

  #received(bytes: Uint8Array | undefined): void {
    if (this.#state !== 'connected') return;
    this.#arm('idle', this.#idleMs);
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
      this.#arm('pong', pongDeadlineMs);
      this.#options.wire.ping();
      return;
    }
    const code = this.#timerMeaning === 'connect' ? 'connection-timed-out' : 'connection-lost';
    this.#end(new AppError(code, { details: { ...this.#options.target, cause: this.#timerMeaning } }));
  }
}
