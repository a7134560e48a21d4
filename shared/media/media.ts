import { z } from 'zod';

export const audioDeviceSchema = z.object({ id: z.string().max(512), label: z.string().max(512) });
export type AudioDevice = z.infer<typeof audioDeviceSchema>;

export const deviceListSchema = z.object({ inputs: z.array(audioDeviceSchema).max(64), outputs: z.array(audioDeviceSchema).max(64) });
export type DeviceList = z.infer<typeof deviceListSchema>;

/** Where a sound really plays. */
export const playedOnSchema = z.object({
  /** Label of the device; empty: the system's default; null: there is none. */
  device: z.string().max(512).nullable(),
  /** Another one was chosen, which is not there or refuses. */
  replaced: z.boolean(),
});
export type PlayedOn = z.infer<typeof playedOnSchema>;

/** RTCPeerConnection.connectionState. */
export const peerConnectionStates = ['new', 'connecting', 'connected', 'disconnected', 'failed', 'closed'] as const;
export type PeerConnectionStateName = (typeof peerConnectionStates)[number];

/** What an offer is for. `relayOnly`, with an ICE restart: candidates of a TURN server alone, until the next restart. */
export interface OfferOptions {
  readonly iceRestart: boolean;
  readonly hold: boolean;
  readonly relayOnly?: boolean | undefined;
}

/** The candidate pair that carries media. Addresses are kept out: the snapshot may be shown and copied. */
export const candidatePairSchema = z.object({
  local: z.enum(['host', 'srflx', 'prflx', 'relay']),
  remote: z.enum(['host', 'srflx', 'prflx', 'relay']),
  protocol: z.enum(['udp', 'tcp']),
});
export type CandidatePair = z.infer<typeof candidatePairSchema>;

/** One reading of a peer connection's statistics; rates are over the time since the reading before. */
export const mediaStatsSchema = z.object({
  codec: z.string().max(64).nullable(),
  /** Clock rate of the codec in Hz. */
  clockRate: z.number().nullable(),
  pair: candidatePairSchema.nullable(),
  /** Round trip time in ms; null until measured. */
  roundTripMs: z.number().nullable(),
  jitterMs: z.number().nullable(),
  /** Share of packets lost on the way to us, 0 to 1. */
  lossShare: z.number().nullable(),
  packetsReceived: z.number(),
  /** Reports about what the far end sends and hears (RTCP), in all. */
  reportsReceived: z.number(),
  /** ICE and DTLS stand, as they say themselves: for seconds after a path has died they still do. */
  connected: z.boolean(),
  /** A connectivity check was answered on the pair in use since the reading before (RFC 7675): the path itself stands. */
  pathAnswers: z.boolean(),
  /** The far end may send nothing while nobody speaks there: it has announced comfort noise (RFC 3389). */
  mayPause: z.boolean(),
  /** Address of this computer that the pair in use begins at; null when not known. Stays in main. */
  localAddress: z.string().max(64).nullable(),
  packetsSent: z.number(),
  /** Root mean square of what is heard and of what is sent, 0 to 1. */
  inboundLevel: z.number().nullable(),
  outboundLevel: z.number().nullable(),
});
export type MediaStats = z.infer<typeof mediaStatsSchema>;

/** What a short listen found: the strongest frequencies and the level of the whole. */
export const toneProbeSchema = z.object({
  /** Hz of the strongest spectral peak; null when there is silence. */
  frequencyHz: z.number().nullable(),
  /** RMS level in dB full scale, -120 for silence. */
  levelDb: z.number(),
  /** Spectral peaks that stand out, the strongest first; levels in dB full scale. */
  peaks: z.array(z.object({ frequencyHz: z.number(), levelDb: z.number() })).max(8),
});
export type ToneProbe = z.infer<typeof toneProbeSchema>;
