import type { CallId, CallView, Roster } from '#shared/calls/call.ts';
import { transition } from '#shared/calls/call-machine.ts';
import type { Call, CallEvent, Step } from '#shared/calls/call-state.ts';
import { emergencyBeside } from '#shared/calls/call-policy.ts';
import { viewOf } from '#shared/calls/call-view.ts';
import { consequencesOf } from '#shared/calls/consequences.ts';
import { farewellTone } from '#shared/calls/farewell.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { InviteOptions, SipLine } from '../sip/sip-line.ts';
import type { EffectRunner } from './effect-runner.ts';
import type { Farewells } from './farewells.ts';
import type { MediaWatch } from './media-watch.ts';

/** What a call was begun with. */
export interface Beginning {
  readonly line: SipLine;
  /** What is dialled and how; null for a call that came. */
  readonly invite: { readonly target: string; readonly options: InviteOptions } | null;
  /** Whether windows see it; one that is turned away before it rings stands in the call list only. */
  readonly shown: boolean;
}

export interface Entry extends Beginning {
  call: Call;
}

export interface CallBookOptions {
  readonly runner: EffectRunner;
  readonly watch: MediaWatch;
  readonly farewells: Farewells;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * All calls that there are. What happens to one goes through the machine, its orders to the runner, and what it means for the others
 * back in here, until nothing follows any more; then it is announced.
 */
export class CallBook implements Disposable {
  readonly #options: CallBookOptions;
  readonly #entries = new Map<CallId, Entry>();
  readonly #rosters = new Map<CallId, Roster>();
  readonly #changed = new Emitter<readonly CallView[]>();
  #depth = 0;
  #isStale = false;

  readonly onChanged = this.#changed.event;

  constructor(options: CallBookOptions) {
    this.#options = options;
  }

  views(): readonly CallView[] {
    const shown = [...this.#entries.values()].filter((entry) => entry.shown);
    return shown.map(({ call }) => viewOf(call, this.#options.watch.factsOf(call.id), this.#rosters.get(call.id) ?? null));
  }

  calls(): readonly Call[] {
    return [...this.#entries.values()].map(({ call }) => call);
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  find(id: CallId): Entry | undefined {
    return this.#entries.get(id);
  }

  /**
   * The call that a verb is for.
   * @param may whether the verb is possible in this state; without it any state will do
   * @throws AppError call-unknown, call-verb-impossible
   */
  verb(id: CallId, may?: (call: Call) => boolean): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('call-unknown', { details: { call: id } });
    if (may !== undefined && !may(entry.call)) throw impossible(entry.call);
    return entry;
  }

  /** @param id the call that wants to be in hand; null for one to come @throws AppError emergency-in-progress */
  assertNoEmergency(id: CallId | null): void {
    const emergency = emergencyBeside(this.calls(), id);
    if (emergency !== undefined) throw new AppError('emergency-in-progress', { details: { number: emergency.remote.number } });
  }

  adopt(step: Step, beginning: Beginning): void {
    const entry: Entry = { ...beginning, call: step.call };
    this.#entries.set(step.call.id, entry);
    this.together(() => {
      // What the far end waits for goes first; the log is for later.
      this.#options.runner.run(entry, step.effects);
      this.#options.logger.info('Call', { call: step.call.id, to: step.call.phase });
      this.#isStale = true;
    });
  }

  feed(id: CallId, event: CallEvent): void {
    const { logger, clock, runner, watch } = this.#options;
    const entry = this.#entries.get(id);
    if (entry === undefined) return logger.debug('News of a call that is gone', { call: id, event: event.type });
    const before = entry.call;
    const step = transition(before, event, clock.wallMs());
    if (step.call === before && step.effects.length === 0) {
      return logger.debug('No change', { call: id, event: event.type, phase: before.phase });
    }
    entry.call = step.call;
    this.together(() => {
      runner.run(entry, step.effects);
      this.#note(before, step.call, event);
      watch.follow(step.call, runner.peerOf(id));
      for (const { call, event: next } of consequencesOf(before, step.call, this.calls())) this.feed(call, next);
      if (step.call.phase === 'ended') this.#sayFarewell(entry, before, step.call);
      this.#isStale = true;
    });
  }

  setRoster(id: CallId, roster: Roster): void {
    if (!this.#entries.has(id)) return;
    this.#rosters.set(id, roster);
    this.touch();
  }

  /** Something beside the machine changed that views show. */
  touch(): void {
    this.together(() => {
      this.#isStale = true;
    });
  }

  /** Announces once what several steps change. */
  together(work: () => void): void {
    this.#depth += 1;
    try {
      work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0 && this.#isStale) {
        this.#isStale = false;
        this.#changed.fire(this.views());
      }
    }
  }

  dispose(): void {
    this.#entries.clear();
    this.#rosters.clear();
    this.#changed.dispose();
  }

  #sayFarewell({ shown }: Entry, before: Call, call: Extract<Call, { phase: 'ended' }>): void {
    // that the far end has gone is no news when it went before
    const tone = before.phase === 'referred' ? null : farewellTone(call);
    if (shown) this.#options.farewells.begin(call, tone, () => this.#forget(call.id));
    else this.#forget(call.id);
  }

  #forget(id: CallId): void {
    this.#entries.delete(id);
    this.#rosters.delete(id);
    this.#options.watch.forget(id);
    this.#options.runner.release(id);
    this.touch();
  }

  /** What the card shows as an error stands in the log with its code. */
  #note(before: Call, after: Call, { type }: CallEvent): void {
    const { logger } = this.#options;
    if (before.phase !== after.phase) logger.info('Call', { call: after.id, from: before.phase, to: after.phase, event: type });
    const { microphoneError, trouble } = after;
    this.#noteRepairs(before, after);
    if (microphoneError !== null && microphoneError !== before.microphoneError) {
      logger.warn('The far end cannot hear us', { ...microphoneError.details, code: microphoneError.code, call: after.id });
    }
    if (trouble !== null && trouble !== before.trouble)
      logger.warn('A verb failed', { ...trouble.details, code: trouble.code, call: after.id });
    if (after.phase !== 'ended' || after.reason.kind !== 'failed') return;
    const { code, details } = after.reason.error;
    logger.warn('A call failed', { ...details, code, call: after.id });
  }

  /** Each step towards sound, and what came of it. */
  #noteRepairs(before: Call, after: Call): void {
    const { logger } = this.#options;
    if (before.repairs === after.repairs) return;
    const known = new Set(before.repairs);
    for (const note of after.repairs) if (!known.has(note)) logger.info('Repair of a call', { call: after.id, ...note });
  }
}

/** A verb that cannot be now. */
export function impossible({ id, phase }: Call): AppError {
  return new AppError('call-verb-impossible', { details: { call: id, phase } });
}
