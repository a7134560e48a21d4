import { z } from 'zod';
import { ringRecordSchema } from './ring-record.ts';

/** How a call ended, in the words of the person: the machine's end reasons folded to what a call list shows. */
export const callOutcomes = [
  'answered',
  'missed',
  'answered-elsewhere',
  'declined',
  'cancelled',
  'busy',
  'not-answered',
  'failed',
  'transferred',
  'forwarded',
  'parked',
  'not-disturbed',
] as const;

export const historyEntrySchema = z.object({
  /** The call's id; unique. */
  id: z.string().min(1).max(64),
  accountId: z.string().max(64),
  direction: z.enum(['incoming', 'outgoing']),
  outcome: z.enum(callOutcomes),
  /** Name and number of the far end as shown during the call; a stranger's text. */
  name: z.string().max(256),
  number: z.string().max(256),
  /** Who the call was for or redirected by, as one short text; empty when nobody. */
  via: z.string().max(256),
  /** Wall time in ms of INVITE sent or received. */
  startedAt: z.number().int().nonnegative(),
  /** Milliseconds of ringing until answer or end. */
  ringMs: z.number().int().nonnegative(),
  /** Milliseconds of conversation; 0 when it was not answered. */
  talkMs: z.number().int().nonnegative(),
  endedBy: z.enum(['local', 'remote', 'network']),
  /** Error code when it failed; null otherwise. */
  errorCode: z.string().max(64).nullable(),
  /** Exactly what was dialled; empty for incoming calls. */
  dialled: z.string().max(1024),
  /** Who it was transferred or forwarded to, who took it elsewhere, who declined in somebody's name; empty when nobody. */
  party: z.string().max(256),
  emergency: z.boolean(),
  /** Sound as heard over the whole call; null when it was not answered or not measured. */
  quality: z.enum(['good', 'fair', 'poor']).nullable(),
  /** Absolute path of its recording; null when there is none. */
  recording: z.string().max(4096).nullable(),
  /** What was done about an incoming call; null for outgoing ones and for calls of before it was kept. */
  ring: ringRecordSchema.nullable(),
  /** A missed call that the person has not looked at yet. */
  unseen: z.boolean(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const historyFilters = ['all', 'missed', 'incoming', 'outgoing'] as const;

export const historyQuerySchema = z.object({
  filter: z.enum(historyFilters),
  /** Free text: parts of name or number; empty for everything. */
  search: z.string().max(256),
  /** Entries strictly older than this one (key of the page before); null for the newest page. */
  before: z.object({ startedAt: z.number(), id: z.string() }).nullable(),
  limit: z.number().int().min(1).max(200),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

export const historyPageSchema = z.object({
  entries: z.array(historyEntrySchema),
  /** Whether older entries exist. */
  more: z.boolean(),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;
