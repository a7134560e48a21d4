import { AppError } from '#shared/errors/app-error.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';
import { type RobotReport, type RobotRequest, robotReportSchema } from './robot-messages.ts';

/** Electron's `UtilityProcess`, as far as it is used. */
export interface RobotsProcess {
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}

interface UtilityProcessRobotsOptions {
  /** Starts the process; in the app `() => utilityProcess.fork(<dist/main/robots.js>)`. */
  readonly fork: () => RobotsProcess;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Waiting {
  readonly resolve: (sdp: string) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Disposable;
}

const answerTimeoutMs = 10_000;
/** How long the process stays without a call: its memory is worth more than a quick second start. */
const idleMs = 30_000;

/** `Omit` that keeps the members of a union apart. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * The robots' media in a process of its own: started at the first call, ended some time after the last one. When it crashes its
 * calls are reported lost and the next call starts it anew.
 */
export class UtilityProcessRobots implements RobotMedia {
  readonly #options: UtilityProcessRobotsOptions;
  readonly #lost = new Emitter<string>();
  readonly #calls = new Set<string>();
  readonly #waiting = new Map<number, Waiting>();
  #process: RobotsProcess | undefined;
  #idleTimer: Disposable | undefined;
  #nextId = 1;

  readonly onLost = this.#lost.event;

  constructor(options: UtilityProcessRobotsOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  answer(call: string, offer: string, sound: RobotSound): Promise<string> {
    return this.#request(call, { verb: 'answer', call, offer, sound });
  }

  offer(call: string, sound: RobotSound): Promise<string> {
    return this.#request(call, { verb: 'offer', call, sound });
  }

  async accept(call: string, answer: string): Promise<void> {
    await this.#request(call, { verb: 'accept', call, answer });
  }

  close(call: string): void {
    if (!this.#calls.delete(call)) return;
    this.#post({ verb: 'close', call });
    if (this.#calls.size === 0) this.#idleTimer = this.#options.clock.schedule(idleMs, () => this.#stop());
  }

  dispose(): void {
    this.#stop();
    this.#lost.dispose();
  }

  #request(call: string, request: WithoutId<Exclude<RobotRequest, { verb: 'close' }>>): Promise<string> {
    this.#idleTimer?.dispose();
    this.#calls.add(call);
    this.#process ??= this.#fork();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.schedule(answerTimeoutMs, () =>
        this.#settle(id, (waiting) => waiting.reject(failure('no answer'))),
      );
      this.#waiting.set(id, { resolve, reject, timer });
      this.#post({ ...request, id });
    });
  }

  #fork(): RobotsProcess {
    const robots = this.#options.fork();
    robots.on('message', (message) => {
      const report = robotReportSchema.safeParse(message);
      if (report.success && this.#process === robots) this.#take(report.data);
    });
    robots.on('exit', (code) => {
      if (this.#process !== robots) return;
      this.#process = undefined;
      this.#options.logger.warn('robots process ended', { code, calls: this.#calls.size });
      this.#failAll();
    });
    return robots;
  }

  #take(report: RobotReport): void {
    switch (report.kind) {
      case 'done':
        this.#settle(report.id, (waiting) => waiting.resolve(report.sdp));
        break;
      case 'failed':
        this.#settle(report.id, (waiting) => waiting.reject(new AppError(report.error.code, { details: report.error.details })));
        break;
      case 'lost':
        if (this.#calls.has(report.call)) this.#lost.fire(report.call);
    }
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.timer.dispose();
    if (waiting !== undefined) how(waiting);
  }

  #failAll(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => waiting.reject(failure('process ended')));
    for (const call of [...this.#calls]) {
      this.#calls.delete(call);
      this.#lost.fire(call);
    }
  }

  #stop(): void {
    this.#idleTimer?.dispose();
    const robots = this.#process;
    this.#process = undefined;
    robots?.kill();
    this.#failAll();
  }

  #post(request: RobotRequest): void {
    this.#process?.postMessage(request);
  }
}

function failure(reason: string): AppError {
  return new AppError('media-failed', { details: { reason } });
}
