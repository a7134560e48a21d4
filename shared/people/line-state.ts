import { z } from 'zod';
import { partySchema } from '../calls/call.ts';

/** One dialog of somebody's line as a watcher is told of it (RFC 4235 section 3). */
export const dialogStateSchema = z.object({
  id: z.string().max(256),
  state: z.enum(['trying', 'proceeding', 'early', 'confirmed', 'terminated']),
  /** Seen from the watched line: `recipient` is called, `initiator` calls. Null when it is not said. */
  direction: z.enum(['initiator', 'recipient']).nullable(),
  remote: partySchema.nullable(),
  /** Names the dialog; null when the server hides it, and then it cannot be picked up by Replaces. Tags as the watched line sees them. */
  dialog: z.object({ callId: z.string().max(512), localTag: z.string().max(256), remoteTag: z.string().max(256) }).nullable(),
});
export type DialogState = z.infer<typeof dialogStateSchema>;

/** What a watched line does. `unknown`: the server does not tell, or has not told yet. */
export const lineActivities = ['unknown', 'idle', 'ringing', 'busy'] as const;

export const lineStateSchema = z.object({
  number: z.string().max(128),
  activity: z.enum(lineActivities),
  /** Who rings or talks there, when it is told. */
  remote: partySchema.nullable(),
});
export type LineState = z.infer<typeof lineStateSchema>;
