import type { CallId } from '#shared/calls/call.ts';
import type { CallTone } from '#shared/calls/call-state.ts';
import type { RingRecord } from '#shared/calls/ring-record.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { CallRules } from './ports.ts';

export interface RingWatchOptions {
  readonly media: Pick<MediaPort, 'ready' | 'onTonePlaying'>;
  readonly rules: () => CallRules;
  /** What became of the card that stays on top. */
  readonly cardState: () => RingRecord['card'];
  readonly clock: Clock;
}

/** Collects what is done to make a call that comes heard and seen, so that its line in the call list can say why it did not ring. */
export class RingWatch implements Disposable {
  readonly #options: RingWatchOptions;
  readonly #records = new Map<CallId, { readonly arrivedMs: number; readonly record: RingRecord }>();
  #listening: Disposable | undefined;

  constructor(options: RingWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#listening = this.#options.media.onTonePlaying(({ id, device, replaced }) => {
      const known = this.#records.get(id);
      if (known === undefined) return;
      const toneAfterMs = known.record.toneAfterMs ?? Math.round(this.#options.clock.monotonicMs() - known.arrivedMs);
      this.#note(id, { toneAfterMs, ringer: device, ringerReplaced: replaced });
    });
  }

  /** A call has come, and nothing is done about it yet. */
  begin(id: CallId, registration: RegistrationStatus, callsBefore: number): void {
    const { media, rules, clock } = this.#options;
    const { audio, availability } = rules();
    const isBound = registration.phase === 'registered' || registration.phase === 'standing-by';
    const record: RingRecord = {
      path: isBound ? registration.path : null,
      toneAfterMs: null,
      tone: 'none',
      ringer: null,
      ringerReplaced: false,
      volume: audio.ringVolume,
      soundReady: media.ready,
      card: 'not-needed',
      doNotDisturb: availability.doNotDisturb,
      callsBefore,
    };
    this.#records.set(id, { arrivedMs: clock.monotonicMs(), record });
  }

  /** A tone was ordered for the call. @param volume 0 to 1 */
  toneOrdered(id: CallId, tone: CallTone, volume: number): void {
    if (tone !== 'ringback') this.#note(id, { tone, volume, soundReady: this.#options.media.ready });
  }

  /** The windows have heard of the call. */
  announced(id: CallId): void {
    this.#note(id, { card: this.#options.cardState() });
  }

  /** Null for calls of our own. */
  recordOf(id: CallId): RingRecord | null {
    return this.#records.get(id)?.record ?? null;
  }

  release(id: CallId): void {
    this.#records.delete(id);
  }

  dispose(): void {
    this.#listening?.dispose();
    this.#records.clear();
  }

  #note(id: CallId, news: Partial<RingRecord>): void {
    const known = this.#records.get(id);
    if (known !== undefined) this.#records.set(id, { ...known, record: { ...known.record, ...news } });
  }
}
