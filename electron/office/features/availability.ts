export type ForwardCase = 'always' | 'busy' | 'no-answer';

/** What somebody has told the office to do with their calls. */
export interface Availability {
  readonly doNotDisturb: boolean;
  readonly forward: Readonly<Partial<Record<ForwardCase, string>>>;
}

const available: Availability = { doNotDisturb: false, forward: {} };

/** Everybody's availability, by number. It lasts as long as the office runs: what somebody practised must not surprise them tomorrow. */
export class AvailabilityBook {
  readonly #byNumber = new Map<string, Availability>();

  of(number: string): Availability {
    return this.#byNumber.get(number) ?? available;
  }

  setDoNotDisturb(number: string, on: boolean): void {
    this.#byNumber.set(number, { ...this.of(number), doNotDisturb: on });
  }

  /** @param to null: no longer */
  setForward(number: string, when: ForwardCase, to: string | null): void {
    const { [when]: _previous, ...others } = this.of(number).forward;
    this.#byNumber.set(number, { ...this.of(number), forward: to === null ? others : { ...others, [when]: to } });
  }
}
