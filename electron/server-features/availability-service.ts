import { readDial } from '#shared/calls/dial-plan.ts';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import type { AvailabilitySettings } from '#shared/settings/call-settings.ts';
import type { Settings, SettingsPatch } from '#shared/settings/settings.ts';
import type { AppState } from '#shared/state/app-state.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import { availabilityOrders, type AvailabilityRule, changedRules, isKeptByServer } from './availability-plan.ts';
import type { FeatureDialer } from './feature-dialer.ts';

export interface AvailabilitySettingsPort {
  get(): Settings;
  update(patch: SettingsPatch): void;
  readonly onChanged: Event<Settings>;
}

type AvailabilityState = AppState['availability'];
type AvailabilityPatch = NonNullable<SettingsPatch['availability']>;

/**
 * Rules for calls that come, and the hidden number: the setting changes at once, a server that keeps the rule is told, and when it
 * refuses, the setting is put back. Rules that no server keeps are carried out here, by whoever takes calls.
 */
export class AvailabilityService implements Disposable {
  readonly #settings: AvailabilitySettingsPort;
  readonly #dialer: Pick<FeatureDialer, 'dial' | 'offers'>;
  readonly #changed = new Emitter<AvailabilityState>();
  #state: AvailabilityState = { pending: false, error: null };
  #numberHidden = false;
  #subscription: Disposable | undefined;
  /** Changes are made one after the other, so that the server hears them in the order in which they were wished. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor({
    settings,
    dialer,
  }: {
    readonly settings: AvailabilitySettingsPort;
    readonly dialer: Pick<FeatureDialer, 'dial' | 'offers'>;
  }) {
    this.#settings = settings;
    this.#dialer = dialer;
  }

  get state(): AvailabilityState {
    return this.#state;
  }

  get onChanged(): Event<AvailabilityState> {
    return this.#changed.event;
  }

  /** Follows the setting that hides the number; call it when the settings are read. */
  start(): void {
    this.#numberHidden = this.#settings.get().dialling.hideNumber;
    this.#subscription = this.#settings.onChanged(({ dialling }) => {
      if (dialling.hideNumber !== this.#numberHidden) void this.#hideNumber(dialling.hideNumber);
    });
  }

  /**
   * Lays a change over the rules. Resolves when the server has been told; whether it took it, `state` says.
   * @throws AppError `forward-target-missing`, `number-invalid`, `feature-not-offered`; nothing changes then
   */
  update(patch: AvailabilityPatch): Promise<void> {
    return this.#inTurn(() => this.#update(patch));
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  async #update(patch: AvailabilityPatch): Promise<void> {
    const { availability: before, dialling } = this.#settings.get();
    const after = withPatch(before, patch);
    const offers = this.#dialer.offers.bind(this.#dialer);
    this.#check(before, after);
    const numberOf = (target: string): string => {
      const read = readDial(target, dialling);
      return read.ok ? read.target : target;
    };
    const orders = availabilityOrders(before, after, offers, numberOf);
    this.#settings.update({ availability: after });
    const refused = new Set<AvailabilityRule>();
    for (const { rule, feature, number } of orders) {
      if (refused.has(rule)) continue;
      try {
        await this.#dialer.dial(feature, { number });
      } catch (error) {
        refused.add(rule);
        this.#settings.update({ availability: { [rule]: before[rule] } });
        this.#tell({ ...this.#state, error: reportOf(error) });
      }
    }
  }

  /** Whether every rule that changed and is on has somewhere to send calls to, and somebody who does it. */
  #check(before: AvailabilitySettings, after: AvailabilitySettings): void {
    const { dialling } = this.#settings.get();
    for (const rule of changedRules(before, after)) {
      if (rule === 'doNotDisturb' || !after[rule].on) continue;
      const { target } = after[rule];
      if (target === '') throw new AppError('forward-target-missing', { details: { rule } });
      const read = readDial(target, dialling);
      if (!read.ok) throw new AppError(read.error.code, { details: read.error.details });
      const isServers = isKeptByServer(rule, this.#dialer.offers.bind(this.#dialer));
      // nobody but the person may call for help, and a code has no room for an address
      const isFit = read.kind !== 'emergency' && !(isServers && read.kind === 'address');
      if (!isFit) throw new AppError('number-invalid', { details: { number: target } });
      if (rule === 'unregistered' && !isServers)
        throw new AppError('feature-not-offered', { details: { feature: 'forward-unregistered-on' } });
    }
  }

  async #hideNumber(hidden: boolean): Promise<void> {
    this.#numberHidden = hidden;
    if (!this.#dialer.offers('hide-number-on')) return;
    await this.#inTurn(async () => {
      try {
        await this.#dialer.dial(hidden ? 'hide-number-on' : 'hide-number-off');
      } catch (error) {
        this.#numberHidden = !hidden;
        this.#settings.update({ dialling: { hideNumber: !hidden } });
        this.#tell({ ...this.#state, error: reportOf(error) });
      }
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    this.#tell({ pending: true, error: null });
    const mine = this.#turn.then(work).finally(() => {
      this.#waiting -= 1;
      this.#tell({ ...this.#state, pending: this.#waiting > 0 });
    });
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  #tell(state: AvailabilityState): void {
    if (state.pending === this.#state.pending && state.error === this.#state.error) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}

/** A value of undefined changes nothing, as does a missing one. */
function withPatch(before: AvailabilitySettings, patch: AvailabilityPatch): AvailabilitySettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}
