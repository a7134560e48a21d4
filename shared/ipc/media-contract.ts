import { z } from 'zod';
import { errorReportSchema } from '../errors/app-error.ts';
import { iceCandidateSchema } from '../network/ice/report.ts';
import { gatheringCuts } from '../media/gathering.ts';
import {
  candidatePairSchema,
  deviceListSchema,
  mediaStatsSchema,
  peerConnectionStates,
  playedOnSchema,
  toneProbeSchema,
} from '../media/media.ts';
import { audioSettingsSchema } from '../settings/settings.ts';
import { defineContract, request } from './contract.ts';

const nothing = z.object({});
const peer = z.string().min(1).max(64);
/** A piece of a recording is about 2 kB; a page that was stalled for minutes may send more at once. */
const mostPieceBytes = 1_048_576;
const recordingPiece = z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= mostPieceBytes);
const recordingId = z.string().min(1).max(64);
/** Id of one trial of ICE. */
const check = z.string().min(1).max(64);
const sdp = z.string().max(262_144);
const description = z.object({ sdp });

/** ICE servers with their passwords: they go to the media window, because WebRTC needs them, and nowhere else. */
export const iceConfigurationSchema = z.object({
  servers: z.array(z.object({ urls: z.string(), username: z.string().optional(), credential: z.string().optional() })),
  relayOnly: z.boolean(),
});
export type IceConfiguration = z.infer<typeof iceConfigurationSchema>;

/** What a trial of ICE in the media window found. */
export const iceTrialSchema = z.object({
  candidates: z.array(iceCandidateSchema.omit({ interfaceName: true }).extend({ relatedAddress: z.string().max(64).nullable() })).max(200),
  /** Errors that servers gave (`icecandidateerror`). */
  failures: z.array(z.object({ url: z.string().max(512), code: z.number(), text: z.string().max(512) })).max(64),
  gatheredMs: z.number(),
  loopBack: z.object({ connected: z.boolean(), tookMs: z.number(), pair: candidatePairSchema.nullable() }),
});
export type IceTrial = z.infer<typeof iceTrialSchema>;

export const soundTrialSchema = z.object({
  microphone: z.enum(['heard', 'silent', 'missing', 'refused', 'in-use']),
  /** Whether the tone came back by the air or a loop; headsets often let nothing through. */
  toneHeard: z.boolean(),
  speaker: z.enum(['played', 'missing']),
  microphoneLabel: z.string().max(512),
  speakerLabel: z.string().max(512),
});
export type SoundTrial = z.infer<typeof soundTrialSchema>;

export const tones = ['ring', 'ringback', 'busy', 'call-waiting', 'ended', 'test', 'auto-answer', 'recording'] as const;

/** Who is mixed with whom: every member hears the microphone and all members but itself. `silenced`: nobody else hears it. */
export const conferenceMemberSchema = z.object({ peer, silenced: z.boolean() });
export type ConferenceMember = z.infer<typeof conferenceMemberSchema>;

/**
 * Main asks, the media window answers. `peer` is the id of one RTCPeerConnection; there is one for each call (a
 * repaired call gets a new one under a new id).
 */
export const mediaContract = defineContract({
  requests: {
    /** Sent first, and again whenever a setting changes; live peers change device without renegotiation. */
    configure: request(z.object({ ice: iceConfigurationSchema, audio: audioSettingsSchema }), nothing),
    /**
     * Creates the peer if it is new. `hold`: the offer says `sendonly`. `relayOnly`, with `iceRestart`: candidates of a TURN server
     * alone, until the next restart. Resolves at the gathering deadline at the latest. A peer that may
     * only be reached through a relay, and has none, rejects with `relay-refused` or `relay-unreachable`.
     */
    'create-offer': request(z.object({ peer, iceRestart: z.boolean(), hold: z.boolean(), relayOnly: z.boolean().optional() }), description),
    /** Applies a remote offer and answers it. The microphone is opened by `start-audio`, so that ringing does not listen. */
    'create-answer': request(z.object({ peer, offer: sdp, hold: z.boolean() }), description),
    /**
     * Main owns the gathering deadlines, because a hidden page's timers cannot be trusted: the pending description of the
     * peer leaves with the candidates that it has, if those are usable at this cut (`shared/media/gathering.ts`).
     */
    'cut-gathering': request(z.object({ peer, cut: z.enum(gatheringCuts) }), nothing),
    'apply-answer': request(z.object({ peer, sdp, provisional: z.boolean() }), nothing),
    /** Back to the last stable description after a refused re-INVITE. */
    rollback: request(z.object({ peer }), nothing),
    /** Opens microphone and speaker for the peer. A microphone that cannot be opened is told by the event `microphone-failed`; the call goes on. */
    'start-audio': request(z.object({ peer }), nothing),
    'set-muted': request(z.object({ peer, muted: z.boolean() }), nothing),
    /** RFC 4733, one digit after the other: 0-9 * # A-D. */
    'send-dtmf': request(z.object({ peer, digits: z.string().regex(/^[0-9*#A-D]{1,64}$/) }), nothing),
    /** The whole of the conference that is mixed here, each time; fewer than two members end the mixing. */
    'set-conference': request(z.object({ members: z.array(conferenceMemberSchema).max(8) }), nothing),
    /**
     * Records what the peer hears and what is sent to it, mixed to Opus in WebM. Under an id that is already recorded it goes on
     * with this peer: a repair gave the call another one. `tone`: a beep every 15 s that both sides hear.
     */
    'start-recording': request(z.object({ recording: recordingId, peer, tone: z.boolean() }), nothing),
    /** Resolves when the last `recording-data` was told. */
    'stop-recording': request(z.object({ recording: recordingId }), nothing),
    /** Builds the connection kept ready for the next call anew: the network or the reflexive address may have changed. */
    'renew-warm-peer': request(nothing, nothing),
    close: request(z.object({ peer }), nothing),
    stats: request(z.object({ peer }), mediaStatsSchema),
    /** Opens microphone and loudspeaker of the peer anew, without renegotiation: the first step against a call that fell silent. */
    'reopen-audio': request(z.object({ peer }), nothing),
    /**
     * Gathers candidates with these servers in a connection of its own, and connects it with a second one in the same window.
     * Resolves when both are done. Main owns the deadlines: `end-check-ice` lets it go on with the addresses that it has, or resolve
     * with what there is.
     */
    'check-ice': request(z.object({ check, ice: iceConfigurationSchema }), iceTrialSchema),
    'end-check-ice': request(z.object({ check, stage: z.enum(['gathering', 'all']) }), nothing),
    /** Plays a short tone on the loudspeaker and listens for it with the microphone, without anything leaving this computer. */
    'check-sound': request(nothing, soundTrialSchema),
    /** Listens for `durationMs` to what is heard (`inbound`) or sent (`outbound`). */
    'probe-tone': request(
      z.object({ peer, direction: z.enum(['inbound', 'outbound']), durationMs: z.number().int().min(100).max(5000) }),
      toneProbeSchema,
    ),
    /**
     * Plays until `stop-tone`; `test`, `auto-answer` and `recording` end by themselves. The device is the ringer for `ring`, the speaker
     * for the others. Resolves when it plays, and says where.
     */
    'start-tone': request(z.object({ id: z.string().max(64), tone: z.enum(tones), volume: z.number().min(0).max(1) }), playedOnSchema),
    'stop-tone': request(z.object({ id: z.string().max(64) }), nothing),
    /** Opens the chosen microphone for a short moment outside of calls; 0 to 1. */
    'microphone-level': request(nothing, z.object({ level: z.number() })),
    'list-devices': request(nothing, deviceListSchema),
    /** Counts of what is alive; tests prove with it that nothing stayed behind. */
    inventory: request(
      nothing,
      z.object({
        /** Of calls and of trials. */
        peers: z.number(),
        tones: z.number(),
        streams: z.number(),
        audioElements: z.number(),
        recordings: z.number(),
        mixed: z.number(),
      }),
    ),
  },
  events: {
    ready: nothing,
    'peer-state': z.object({ peer, state: z.enum(peerConnectionStates) }),
    'devices-changed': deviceListSchema,
    'microphone-failed': z.object({ peer, error: errorReportSchema }),
    'microphone-recovered': z.object({ peer }),
    /** The next piece of a WebM file, at least once a second; pieces are appended in the order in which they are told. */
    'recording-data': z.object({ recording: recordingId, bytes: recordingPiece }),
    /** It cannot go on; nothing more comes. */
    'recording-failed': z.object({ recording: recordingId, error: errorReportSchema }),
  },
});
export type MediaContract = typeof mediaContract;
