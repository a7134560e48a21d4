import { z } from 'zod';
import { errorReportSchema } from '../../errors/app-error.ts';
import { candidatePairSchema } from '../../media/media.ts';

export const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const;

/** One ICE candidate (RFC 8445) as it was gathered. */
export const iceCandidateSchema = z.object({
  type: z.enum(candidateTypes),
  family: z.union([z.literal(4), z.literal(6)]),
  protocol: z.enum(['udp', 'tcp']),
  /** How the relay itself is reached. */
  relayProtocol: z.enum(['udp', 'tcp', 'tls']).nullable(),
  address: z.string().max(64),
  port: z.number().int().min(0).max(65_535),
  /** Interface of this computer whose address it is, or that it was gathered from; null when not known. */
  interfaceName: z.string().max(64).nullable(),
  /** URI of the server that told it; null for addresses of this computer. */
  server: z.string().max(512).nullable(),
  /** Milliseconds since gathering began. */
  atMs: z.number(),
});
export type IceCandidate = z.infer<typeof iceCandidateSchema>;

/** One server of the account's list, tried by itself: STUN answered; TURN carried data there and back. */
export const iceServerProofSchema = z.object({
  /** Id in the settings. */
  id: z.string().max(64),
  uri: z.string().max(512),
  works: z.boolean(),
  /** Time of one answer (STUN), or of data through the relay and back (TURN), in ms. */
  roundTripMs: z.number().nullable(),
  /** Address that the server sees, or that it relays from. */
  address: z.string().max(64).nullable(),
  error: errorReportSchema.nullable(),
});
export type IceServerProof = z.infer<typeof iceServerProofSchema>;

/** `relay-only`: direct paths are ruled out by the network or by the setting, a relay works. */
export const iceStatuses = ['available', 'relay-only', 'not-available'] as const;

/** Why the status is what it is. */
export const iceReasons = [
  'direct-and-relay',
  'direct-only',
  'relay-only-by-setting',
  'udp-blocked-relay-works',
  'symmetric-relay-works',
  'symmetric-without-relay',
  'udp-blocked-without-relay',
  'relay-only-without-relay',
  'no-candidates',
  'loop-back-failed',
] as const;
export type IceReason = (typeof iceReasons)[number];

export const iceReportSchema = z.object({
  /** Wall time in ms. */
  at: z.number(),
  tookMs: z.number(),
  status: z.enum(iceStatuses),
  reason: z.enum(iceReasons),
  candidates: z.array(iceCandidateSchema).max(200),
  /** Milliseconds after which a call would have left with what was there. */
  gatheredMs: z.number(),
  servers: z.array(iceServerProofSchema).max(16),
  /** A real connection of this computer with itself over what was gathered. */
  loopBack: z.object({ connected: z.boolean(), tookMs: z.number(), pair: candidatePairSchema.nullable() }),
});
export type IceReport = z.infer<typeof iceReportSchema>;
