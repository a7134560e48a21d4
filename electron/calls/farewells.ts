import type { CallId } from '#shared/calls/call.ts';
import type { EndedCall } from '#shared/calls/call-state.ts';
import { farewellMs, type FarewellTone } from '#shared/calls/farewell.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { MediaPort } from '../media/media-port.ts';

/** How long the card of an ended call stays, so that it can say why, in ms. */
export const endedCardMs = 4_000;

/** A failed call says what to do next as well, and that takes longer to read. */
export const failedCardMs = 15_000;

const toneVolume = 0.4;

/** What comes after the end of a call: a tone that says how it ended, and the time in which its card stays. */
export class Farewells implements Disposable {
  readonly #media: MediaPort;
  readonly #clock: Clock;
  readonly #running = new Map<CallId, Disposable>();

  constructor(media: MediaPort, clock: Clock) {
    this.#media = media;
    this.#clock = clock;
  }

  /** @param gone the card's time is over */
  begin(call: EndedCall, tone: FarewellTone | null, gone: () => void): void {
    const timers = new DisposableStore();
    if (tone !== null) {
      const key = `${call.id} farewell`;
      this.#media.startTone(key, tone, toneVolume);
      timers.add(this.#clock.schedule(farewellMs[tone], () => this.#media.stopTone(key)));
    }
    const cardMs = call.reason.kind === 'failed' ? failedCardMs : endedCardMs;
    timers.add(
      this.#clock.schedule(cardMs, () => {
        this.#running.delete(call.id);
        gone();
      }),
    );
    this.#running.set(call.id, timers);
  }

  dispose(): void {
    for (const timers of this.#running.values()) timers.dispose();
    this.#running.clear();
  }
}
