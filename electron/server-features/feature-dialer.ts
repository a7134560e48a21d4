import type { CallId } from '#shared/calls/call.ts';
import { type FeaturePlaces, filledCode } from '#shared/calls/feature-code.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { FeatureCodes, ServerFeature } from '#shared/settings/feature-codes.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import { takesRequests } from '#shared/registration/registration.ts';
import type { SipCallEvent, SipLine } from '../sip/sip-line.ts';

export interface FeatureDialerOptions {
  readonly codes: () => FeatureCodes;
  readonly newCallId: () => CallId;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a server may take to answer a code, in ms. */
const answerMs = 15_000;
/** How long a server may go on talking after it has taken a code, in ms, before we hang up. */
const confirmationMs = 5_000;

interface Running {
  readonly call: CallId;
  readonly line: SipLine;
  readonly owned: DisposableStore;
  taken: boolean;
  readonly take: () => void;
  readonly refuse: (error: AppError) => void;
}

/**
 * Dials codes of the server as calls that nobody sees: they are on no list, and no microphone or loudspeaker is opened for them. The
 * server's 200 means that it has done what the code asks for.
 */
export class FeatureDialer implements Disposable {
  readonly #options: FeatureDialerOptions;
  readonly #running = new Map<CallId, Running>();
  #line: SipLine | null = null;

  constructor(options: FeatureDialerOptions) {
    this.#options = options;
  }

  /** The line that codes are dialled on. What is under way on another one fails. */
  setLine(line: SipLine | null): void {
    if (line === this.#line) return;
    this.#line = line;
    for (const running of [...this.#running.values()]) this.#over(running, new AppError('not-registered'));
  }

  /** Whether the server has a code for this. */
  offers(feature: ServerFeature): boolean {
    return this.#options.codes()[feature] !== '';
  }

  /**
   * Has the server do something. Resolves when it has taken the code.
   * @throws AppError `feature-not-offered`, `not-signed-in`, `not-registered`, `feature-refused` (details: `code`, `status`)
   */
  async dial(feature: ServerFeature, places: FeaturePlaces = {}): Promise<void> {
    const { codes, newCallId, logger } = this.#options;
    const code = filledCode(codes()[feature], places);
    if (code === '') throw new AppError('feature-not-offered', { details: { feature } });
    const line = this.#line;
    if (line === null) throw new AppError('not-signed-in');
    if (!takesRequests(line.registration)) throw new AppError('not-registered', { details: { number: code } });
    logger.info('Code dialled', { feature });
    await this.#place(line, newCallId(), code);
  }

  dispose(): void {
    for (const running of [...this.#running.values()]) {
      running.line.hangUp(running.call);
      this.#over(running, new AppError('not-registered'));
    }
  }

  #place(line: SipLine, call: CallId, code: string): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const running: Running = { call, line, owned: new DisposableStore(), taken: false, take: resolve, refuse: reject };
      this.#running.set(call, running);
      running.owned.add(line.onCallEvent((event) => this.#follow(running, code, event)));
      running.owned.add(
        clock.schedule(answerMs, () => {
          if (!running.taken) this.#giveUp(running, code);
        }),
      );
      line.invite(call, code, { anonymous: false, shownNumber: null, referral: null, pickUp: null });
    });
  }

  #follow(running: Running, code: string, event: SipCallEvent): void {
    if (event.call !== running.call) return;
    switch (event.type) {
      case 'established':
        this.#taken(running);
        return;
      case 'rejected':
        this.#over(running, refusal(code, event.status));
        return;
      case 'failed':
        this.#over(running, new AppError(event.error.code, { details: event.error.details }));
        return;
      case 'terminated':
      case 'cancelled':
      case 'closed':
        this.#over(running, refusal(code, 487));
        return;
      default:
        return;
    }
  }

  #taken(running: Running): void {
    if (running.taken) return;
    running.taken = true;
    running.take();
    running.owned.add(this.#options.clock.schedule(confirmationMs, () => running.line.hangUp(running.call)));
  }

  #giveUp(running: Running, code: string): void {
    running.line.hangUp(running.call);
    this.#over(running, refusal(code, 408));
  }

  /** Nothing more is to come. The error counts only for a code that was not taken. */
  #over(running: Running, error: AppError): void {
    this.#running.delete(running.call);
    running.owned.dispose();
    if (!running.taken) running.refuse(error);
  }
}

function refusal(code: string, status: number): AppError {
  return new AppError('feature-refused', { details: { code, status } });
}
