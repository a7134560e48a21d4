import type { Party } from '#shared/calls/call.ts';
import { parkingSlots } from '#shared/calls/parking-slots.ts';
import type { Settings } from '#shared/settings/settings.ts';
import type { ParkedCall } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { SipLine } from '../sip/sip-line.ts';
import { WatchSet } from './watch-set.ts';

export interface ParkedCallsOptions {
  readonly settings: { get(): Settings; readonly onChanged: Event<Settings> };
  readonly clock: Clock;
}

/** Between our parking a call and the server's word that a place is taken lies at most this, in ms, in either order. */
const acquaintedMs = 15_000;

interface Taken {
  readonly since: number;
  readonly seenAt: number;
  /** Whom we parked there; null when somebody else did. */
  readonly owned: Party | null;
  /** Who waits there as the server says it; null when it does not. */
  readonly told: Party | null;
}

interface Expected {
  readonly party: Party;
  readonly slot: string | null;
  readonly until: number;
}

/** Who waits in the parking places of the server, told by watching each place. */
export class ParkedCalls implements Disposable {
  readonly #options: ParkedCallsOptions;
  readonly #watches = new WatchSet();
  readonly #taken = new Map<string, Taken>();
  readonly #changed = new Emitter<readonly ParkedCall[]>();
  readonly #owned = new DisposableStore();
  #expected: Expected[] = [];

  constructor(options: ParkedCallsOptions) {
    this.#options = options;
  }

  get calls(): readonly ParkedCall[] {
    return this.#watches.targets.flatMap((slot) => {
      const taken = this.#taken.get(slot);
      if (taken === undefined) return [];
      return [{ slot, party: taken.owned ?? taken.told, since: taken.since, mine: taken.owned !== null }];
    });
  }

  get onChanged(): Event<readonly ParkedCall[]> {
    return this.#changed.event;
  }

  /** Watches the places of the settings from now on. */
  start(): void {
    const { settings } = this.#options;
    this.#owned.add(this.#watches.onChanged((slot) => this.#look(slot)));
    this.#owned.add(settings.onChanged(() => this.#setSlots()));
    this.#setSlots();
  }

  setLine(line: SipLine | null): void {
    this.#expected = [];
    if (this.#taken.size > 0) {
      this.#taken.clear();
      this.#changed.fire([]);
    }
    this.#watches.setLine(line);
  }

  /**
   * We parked somebody: the place that is taken next, or was a moment ago, is ours.
   * @param slot the place if it is known; null when the server chooses
   */
  noteParked(party: Party, slot: string | null): void {
    const now = this.#options.clock.monotonicMs();
    const recent = [...this.#taken].findLast(
      ([place, { owned, seenAt }]) => owned === null && now - seenAt < acquaintedMs && (slot === null || place === slot),
    );
    if (recent === undefined) {
      this.#expected.push({ party, slot, until: now + acquaintedMs });
      return;
    }
    this.#taken.set(recent[0], { ...recent[1], owned: party });
    this.#changed.fire(this.calls);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#watches.dispose();
    this.#changed.dispose();
  }

  #setSlots(): void {
    const slots = parkingSlots(this.#options.settings.get().serverFeatures.parkSlots);
    if (slots.join() === this.#watches.targets.join()) return;
    this.#watches.setTargets(slots);
    const gone = [...this.#taken.keys()].filter((slot) => !slots.includes(slot));
    for (const slot of gone) this.#taken.delete(slot);
    if (gone.length > 0) this.#changed.fire(this.calls);
  }

  #look(slot: string): void {
    // while the line is away what was known stays
    if (this.#watches.status(slot) === 'pending') return;
    const dialogs = this.#watches.dialogs(slot);
    if (dialogs.length === 0) {
      if (this.#taken.delete(slot)) this.#changed.fire(this.calls);
      return;
    }
    const told = dialogs.find(({ remote }) => remote !== null && remote.number !== slot)?.remote ?? null;
    const { clock } = this.#options;
    const before = this.#taken.get(slot) ?? { since: clock.wallMs(), seenAt: clock.monotonicMs(), owned: this.#expectedIn(slot) };
    this.#taken.set(slot, { ...before, told });
    this.#changed.fire(this.calls);
  }

  #expectedIn(slot: string): Party | null {
    const now = this.#options.clock.monotonicMs();
    this.#expected = this.#expected.filter(({ until }) => until > now);
    const found = this.#expected.find((expected) => expected.slot === slot) ?? this.#expected.find((expected) => expected.slot === null);
    this.#expected = this.#expected.filter((expected) => expected !== found);
    return found?.party ?? null;
  }
}
