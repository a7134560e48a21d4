import type { Core } from 'sip.js';
import { type ErrorReport, reportOf } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from './call-context.ts';
import { contactHeader } from './core-access.ts';

/** How long a digit sounds where the server makes a tone of it. */
const durationMs = 160;
/** What a comma between digits waits. */
const pauseMs = 2_000;

/** What a call sends digits through at the moment they are sent. */
export interface DigitSink {
  /** Null while there is no dialog. */
  readonly session: Core.Session | null;
  readonly peer: string;
}

/** The digits of one call: as telephone events by the media side, or one INFO after the other. */
export class Digits implements Disposable {
  readonly #context: CallContext;
  readonly #sink: () => DigitSink;
  readonly #failed: (digits: string, error: ErrorReport) => void;
  #waiting = '';
  #busy = false;
  #pause: Disposable | null = null;
  #disposed = false;

  /** @param failed nothing of `digits` was sent, and of what was waiting behind them */
  constructor(context: CallContext, sink: () => DigitSink, failed: (digits: string, error: ErrorReport) => void) {
    this.#context = context;
    this.#sink = sink;
    this.#failed = failed;
  }

  send(digits: string, by: 'rtp' | 'info'): void {
    if (by === 'info') {
      this.#waiting += digits.replace(/[^0-9A-Da-d*#,]/g, '');
      // a command never tells its outcome before it returns
      queueMicrotask(() => this.#next());
      return;
    }
    this.#context.media.sendDtmf(this.#sink().peer, digits).catch((error: unknown) => {
      this.#context.logger.info('digits were not sent', { error: String(error) });
      const report = reportOf(error);
      this.#fail(digits, report.details);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting = '';
    this.#pause?.dispose();
  }

  /** One at a time: requests of one dialog may overtake each other, digits may not. */
  #next(): void {
    const digit = this.#waiting.charAt(0);
    if (this.#busy || this.#disposed || digit === '') return;
    this.#busy = true;
    if (digit === ',') {
      this.#pause = this.#context.clock.schedule(pauseMs, () => this.#sent());
      return;
    }
    const refused = ({ message }: Core.IncomingResponse): void => this.#refused(message.statusCode ?? 500);
    const body: Core.Body = {
      contentDisposition: 'render',
      contentType: 'application/dtmf-relay',
      content: `Signal=${digit.toUpperCase()}\r\nDuration=${durationMs}\r\n`,
    };
    try {
      const { session } = this.#sink();
      if (session === null) this.#refused(481);
      else {
        session.info(
          { onAccept: () => this.#sent(), onReject: refused, onRedirect: refused },
          { extraHeaders: [contactHeader(this.#context.core, session.localURI)], body },
        );
      }
    } catch {
      this.#refused(481);
    }
  }

  #sent(): void {
    this.#busy = false;
    this.#waiting = this.#waiting.slice(1);
    this.#next();
  }

  #refused(status: number): void {
    const digits = this.#waiting;
    this.#waiting = '';
    this.#busy = false;
    this.#fail(digits, { status });
  }

  #fail(digits: string, details: ErrorReport['details']): void {
    if (!this.#disposed) this.#failed(digits, { code: 'digits-not-sent', details: { ...details, digits } });
  }
}
