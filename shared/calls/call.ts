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
  /** Another device took it; `who` when the server said it. */
  z.object({ kind: z.literal('answered-elsewhere'), who: partySchema.nullable() }),
  /** `who`: the one who declined in the name of the number that was dialled, when the server said it. */
  z.object({ kind: z.literal('declined'), by: z.enum(['local', 'remote']), who: partySchema.nullable() }),
  z.object({ kind: z.literal('busy'), who: partySchema.nullable() }),
  z.object({ kind: z.literal('not-answered') }),
  /** We connected the far end with somebody else. */
  z.object({ kind: z.literal('transferred'), to: partySchema }),
  /** We sent a ringing call on (302): by hand, or by a rule of the person. */
  z.object({ kind: z.literal('forwarded'), to: z.string().max(256), why: z.enum(['by-hand', 'always', 'busy', 'no-answer']) }),
  /** The far end waits in a parking place of the server. */
  z.object({ kind: z.literal('parked'), slot: z.string().max(32) }),
  /** Do not disturb was on. */
  z.object({ kind: z.literal('not-disturbed') }),
  z.object({ kind: z.literal('failed'), error: errorReportSchema }),
]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** Hold by either side; both may hold at once (RFC 3264 section 8.4). */
export const holdSchema = z.object({ local: z.boolean(), remote: z.boolean() });
export type Hold = z.infer<typeof holdSchema>;

/**
 * What is tried to bring sound back. `reopen-audio`: microphone and loudspeaker anew. `refresh`: re-INVITE with nothing new.
 * `restart-ice`: re-INVITE with new candidates on the same peer connection. `relay`: the same with candidates of a TURN server alone.
 * `renegotiate`: re-INVITE on a new peer connection. `replace`: a new INVITE with Replaces of our own dialog (RFC 3891), for servers
 * that do not renegotiate DTLS on a new peer connection.
 */
export const repairSteps = ['reopen-audio', 'refresh', 'restart-ice', 'relay', 'renegotiate', 'replace'] as const;
export type RepairStep = (typeof repairSteps)[number];

/**
 * Why a call is repaired. `window-lost`: the peer connection is gone. `path-lost`: it stands, but its ICE or DTLS failed, or nothing
 * answers on it any more. `path-missing`: the call was answered and its path never came to stand, of which WebRTC itself says nothing
 * when only DTLS is stuck. `network-changed`: it began at an address that this computer has no more. `fell-silent`, `never-heard`: the
 * path stands and the far end sends nothing. `not-sending`: we send nothing.
 */
export const repairCauses = [
  'window-lost',
  'path-lost',
  'path-missing',
  'network-changed',
  'fell-silent',
  'never-heard',
  'not-sending',
] as const;
export type RepairCause = (typeof repairCauses)[number];

/** One step that was tried. `interrupted`: the line was cut off before it could be seen whether it helped. */
export const repairNoteSchema = z.object({
  /** Wall time in ms. */
  at: z.number(),
  step: z.enum(repairSteps),
  because: z.enum(repairCauses),
  outcome: z.enum(['under-way', 'helped', 'no-sound', 'refused', 'interrupted']),
});
export type RepairNote = z.infer<typeof repairNoteSchema>;

/** So many of the latest steps are kept. */
export const mostRepairNotes = 32;

const phases = [
  ...(['dialling', 'ringing-out', 'early-media', 'ringing-in', 'answering', 'connected', 'ending'] as const),
  /** The far end has hung up after it asked us to call somebody, and the person has not answered that yet. */
  'referred',
  'ended',
] as const;
export type CallPhase = (typeof phases)[number];

/** A transfer of this call that is under way: the far end was asked to call `to` (REFER, RFC 3515). */
export const transferSchema = z.object({
  to: partySchema,
  /** The call with `to` that takes part (attended, semi-attended); null for a blind transfer. */
  consultation: callIdSchema.nullable(),
  progress: z.enum(['asked', 'accepted', 'ringing']),
});
export type Transfer = z.infer<typeof transferSchema>;

/** The far end asks us to call somebody; nothing is dialled before the person agrees. */
export const referralSchema = z.object({ to: partySchema, by: partySchema.nullable() });
export type Referral = z.infer<typeof referralSchema>;

/** Somebody in a conference of the server (RFC 4575). */
export const participantSchema = z.object({
  /** Entity URI. */
  id: z.string().max(1024),
  displayName: z.string().max(256),
  number: z.string().max(256),
  status: z.enum(['dialling', 'ringing', 'connected', 'on-hold', 'left']),
  /** Null when the server does not say. */
  muted: z.boolean().nullable(),
  isSelf: z.boolean(),
});
export type Participant = z.infer<typeof participantSchema>;

export const rosterSchema = z.object({ subject: z.string().max(256), participants: z.array(participantSchema).max(500) });
export type Roster = z.infer<typeof rosterSchema>;

/** One call as the windows see it. */
export const callViewSchema = z.object({
  id: callIdSchema,
  direction: z.enum(['incoming', 'outgoing']),
  phase: z.enum(phases),
  remote: partySchema,
  /** Who forwarded the call to us (Diversion, History-Info); null when nobody. */
  redirectedBy: partySchema.nullable(),
  /** Whom the caller wanted when that is not simply us: a queue, a group, a colleague; null otherwise. */
  calledAs: partySchema.nullable(),
  /** Exactly what was dialled; empty for incoming calls. */
  dialled: z.string().max(1024),
  emergency: z.boolean(),
  /** Our number is not shown to the far end (CLIR). */
  anonymous: z.boolean(),
  /** Taken by the automatic answer, not by the person. */
  autoAnswered: z.boolean(),
  /** This call asks somebody on behalf of that one, which waits on hold. */
  consultationFor: callIdSchema.nullable(),
  transfer: transferSchema.nullable(),
  referral: referralSchema.nullable(),
  /** Member of the conference that is mixed on this computer. */
  inConference: z.boolean(),
  /** In the conference: the others do not hear this member. */
  silenced: z.boolean(),
  /** Who is in the server's conference; null when the far end is none, or tells nothing. */
  roster: rosterSchema.nullable(),
  /** Since when it is recorded, wall time in ms; null when it is not. */
  recordingSince: z.number().nullable(),
  /** What a verb could not do, until the next verb or a while has passed: "Ben is busy. Anna is back." */
  trouble: errorReportSchema.nullable(),
  /** Wall times in ms. */
  startedAt: z.number(),
  connectedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  muted: z.boolean(),
  hold: holdSchema,
  /** Set while sound is being repaired: since when, wall time in ms. */
  repairingSince: z.number().nullable(),
  /** The same in detail; `since` is `repairingSince`. */
  repair: z
    .object({
      since: z.number(),
      /** What is tried now; null while nothing can be. */
      step: z.enum(repairSteps).nullable(),
      /** How many steps were begun since the line last reached its server; 0 while it does not. */
      attempt: z.number(),
      /** The line does not reach its server: nothing can be tried before it does. */
      offline: z.boolean(),
    })
    .nullable(),
  /** The latest steps of all repairs of this call, the oldest first. */
  repairs: z.array(repairNoteSchema).max(mostRepairNotes),
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
