import { z } from 'zod';
import { errorReportSchema } from '../errors/app-error.ts';
import { candidatePairSchema } from '../media/media.ts';

export const callIdSchema = z.string().min(1).max(64);
export type CallId = z.infer<typeof callIdSchema>;

/** The far end, or somebody a call came by. All of it is a stranger's text. */
export const partySchema = z.object({
  /** Empty when unknown. */
  displayName: z.string().max(256),
  /** The part a person would dial: user part, decoded. */
  number: z.string().max(256),
  /** Address as SIP or tel URI. */
  uri: z.string().max(1024),
});
export type Party = z.infer<typeof partySchema>;

/** Why a call ended, for the card, the list and the log. */
export const endReasonSchema = z.discriminatedUnion('kind', [
  /** A person on one of both sides hung up an answered call. */
  z.object({ kind: z.literal('hung-up'), by: z.enum(['local', 'remote']) }),
  /** We gave up before the far end answered. */
  z.object({ kind: z.literal('cancelled') }),
  /** The caller gave up, or it rang too long. */
  z.object({ kind: z.literal('missed') }),
  z.object({ kind: z.literal('answered-elsewhere') }),
  z.object({ kind: z.literal('declined'), by: z.enum(['local', 'remote']) }),
  z.object({ kind: z.literal('busy') }),
  z.object({ kind: z.literal('not-answered') }),
  z.object({ kind: z.literal('failed'), error: errorReportSchema }),
]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** Hold by either side; both may hold at once (RFC 3264 section 8.4). */
export const holdSchema = z.object({ local: z.boolean(), remote: z.boolean() });
export type Hold = z.infer<typeof holdSchema>;

const phases = ['dialling', 'ringing-out', 'early-media', 'ringing-in', 'answering', 'connected', 'ending', 'ended'] as const;
export type CallPhase = (typeof phases)[number];

/** One call as the windows see it. */
export const callViewSchema = z.object({
  id: callIdSchema,
  direction: z.enum(['incoming', 'outgoing']),
  phase: z.enum(phases),
  remote: partySchema,
  /** Who forwarded the call to us (Diversion, History-Info); null when nobody. */
  redirectedBy: partySchema.nullable(),
  /** Wall times in ms. */
  startedAt: z.number(),
  connectedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  muted: z.boolean(),
  hold: holdSchema,
  /** Set while sound is being repaired: since when, wall time in ms. */
  repairingSince: z.number().nullable(),
  /** The microphone could not be opened: the far end cannot hear us. */
  microphoneError: errorReportSchema.nullable(),
  endReason: endReasonSchema.nullable(),
  /** Codec name as shown ("Opus", "G.722"); null before media flows. */
  codec: z.string().nullable(),
  quality: z.enum(['good', 'fair', 'poor']).nullable(),
  /** How media travels; null before it flows. */
  pair: candidatePairSchema.nullable(),
  /** Digits sent in this call. */
  sentDigits: z.string(),
});
export type CallView = z.infer<typeof callViewSchema>;
