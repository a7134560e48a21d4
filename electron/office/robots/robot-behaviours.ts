import { attendantNumber, conferenceNumber, parkNumber, voicemailNumber } from '../features/number-plan.ts';
import type { RobotSound } from './robot-media.ts';

/** What a robot does with a call. Times in milliseconds. */
export type RobotBehaviour =
  | {
      readonly kind: 'answer';
      readonly afterMs: number;
      readonly sound: RobotSound;
      /** Hangs up so long after answering. */
      readonly hangUpAfterMs?: number;
      /** Calls the caller so long after having been called. */
      readonly callBackAfterMs?: number;
      /** A conference (RFC 4579): asked to call somebody it adds them and keeps the call in which it was asked. */
      readonly isFocus?: boolean;
    }
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'ring' };

/** The robots by number; their names are in `shared/people/practice-people.ts`. */
export const robotBehaviours: ReadonlyMap<string, RobotBehaviour> = new Map<string, RobotBehaviour>([
  ['80', { kind: 'answer', afterMs: 500, sound: 'echo' }],
  ['81', { kind: 'answer', afterMs: 1000, sound: 'speech' }],
  ['82', { kind: 'answer', afterMs: 500, sound: 'tone', hangUpAfterMs: 2000, callBackAfterMs: 10_000 }],
  ['83', { kind: 'refuse', status: 486 }],
  ['84', { kind: 'ring' }],
  ['85', { kind: 'answer', afterMs: 0, sound: 'tone' }],
  ['86', { kind: 'answer', afterMs: 0, sound: 'music' }],
  [voicemailNumber, { kind: 'answer', afterMs: 500, sound: 'voicemail', hangUpAfterMs: 60_000 }],
  [conferenceNumber, { kind: 'answer', afterMs: 0, sound: 'conference', isFocus: true }],
  [parkNumber, { kind: 'answer', afterMs: 0, sound: 'music' }],
  [attendantNumber, { kind: 'answer', afterMs: 0, sound: 'confirmation', hangUpAfterMs: 1500 }],
]);
