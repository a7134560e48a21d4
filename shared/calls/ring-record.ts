import { z } from 'zod';
import { pathKindSchema } from '../network/path.ts';

/** What this computer did about a call that came in: kept with its line of the call list, to say later why it did not ring. */
export const ringRecordSchema = z.object({
  /** How the call came. */
  path: pathKindSchema.nullable(),
  /** Milliseconds from its INVITE to the tone; null when none was begun. */
  toneAfterMs: z.number().int().nonnegative().nullable(),
  tone: z.enum(['ring', 'call-waiting', 'none']),
  /** Device that the tone was played on; empty: the system's default; null when there was none. */
  ringer: z.string().max(512).nullable(),
  /** The chosen ringer was not there, and another one rang. */
  ringerReplaced: z.boolean(),
  /** 0 to 1. */
  volume: z.number().min(0).max(1),
  /** The media window could not play: it was starting or being rebuilt. */
  soundReady: z.boolean(),
  /** The card that stays on top: shown, switched off, or not needed because the main window was in front. */
  card: z.enum(['shown', 'off', 'not-needed']),
  doNotDisturb: z.boolean(),
  /** Calls that stood already. */
  callsBefore: z.number().int().nonnegative(),
});
export type RingRecord = z.infer<typeof ringRecordSchema>;
