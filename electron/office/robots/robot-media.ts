import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';

/**
 * What a robot lets hear. `echo`: what it hears; `speech`: a recorded sentence in English and German, again and again;
 * `tone`: 1004 Hz at 0 dBm0 (the milliwatt); `music`: a short tune, again and again; `confirmation`: two short tones, then
 * silence; `voicemail`: the sentence and a beep, then silence; `conference`: what all others in the conference say.
 */
export const robotSounds = ['echo', 'speech', 'tone', 'music', 'confirmation', 'voicemail', 'conference'] as const;
export type RobotSound = (typeof robotSounds)[number];

/** The ears and mouths of the robots: one WebRTC peer for each call. `call` is an id of the caller's choice. */
export interface RobotMedia extends Disposable {
  /** The peer of this call has gone without being closed. */
  readonly onLost: Event<string>;
  /**
   * Answers an offer, the first or a later one of the call. A later one with the fingerprint of before changes the peer in
   * place (hold, ICE restart); another fingerprint means a new peer at the far end and gets a new one here.
   * @throws AppError `no-common-codec`, `media-failed`.
   */
  answer(call: string, offer: string, sound: RobotSound): Promise<string>;
  /** Makes an offer, the first or a later one of the call. @throws AppError `media-failed`. */
  offer(call: string, sound: RobotSound): Promise<string>;
  /** Takes the answer to `offer`. @throws AppError `no-common-codec`, `media-failed`. */
  accept(call: string, answer: string): Promise<void>;
  close(call: string): void;
}
