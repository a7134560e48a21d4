import { z } from 'zod';
import { errorReportSchema } from '#shared/errors/app-error.ts';
import { robotSounds } from './robot-media.ts';

const call = z.string().min(1).max(512);
const sdp = z.string().max(262_144);
const sound = z.enum(robotSounds);
const id = z.number().int();

/** What the main process asks of the robots' process. `close` has no answer. */
export const robotRequestSchema = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('answer'), id, call, offer: sdp, sound }),
  z.object({ verb: z.literal('offer'), id, call, sound }),
  z.object({ verb: z.literal('accept'), id, call, answer: sdp }),
  z.object({ verb: z.literal('close'), call }),
]);
export type RobotRequest = z.infer<typeof robotRequestSchema>;

/** What it says: the outcome of a request (`sdp` is empty for `accept`), or that a call's peer is gone. */
export const robotReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), id, sdp }),
  z.object({ kind: z.literal('failed'), id, error: errorReportSchema }),
  z.object({ kind: z.literal('lost'), call }),
]);
export type RobotReport = z.infer<typeof robotReportSchema>;
