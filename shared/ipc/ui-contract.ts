import { z } from 'zod';
import { callIdSchema } from '../calls/call.ts';
import { historyEntrySchema, historyPageSchema, historyQuerySchema } from '../calls/history-entry.ts';
import { toneProbeSchema } from '../media/media.ts';
import { fingerprintSchema, serverSchema } from '../profiles/account.ts';
import { iceServerProofSchema } from '../network/ice/report.ts';
import { availabilitySettingsSchema } from '../settings/call-settings.ts';
import { settingsPatchSchema } from '../settings/settings.ts';
import { patchSchema, snapshotSchema } from '../state/app-state.ts';
import { defineContract, request } from './contract.ts';

const nothing = z.object({});
const onCall = z.object({ call: callIdSchema });
const historyIds = z.object({ ids: z.array(z.string().min(1).max(64)).max(1000) });

export const signInSchema = z.object({
  user: z.string().trim().min(1).max(128),
  password: z.string().max(1024),
  authUser: z.string().trim().max(128),
  displayName: z.string().trim().max(128),
  domain: z.string().trim().max(253),
  servers: z.array(serverSchema).min(1).max(4),
  /** Keep the password for the next start. */
  remember: z.boolean(),
});
export type SignIn = z.infer<typeof signInSchema>;

/** What a person types or chooses where a number is wanted. */
const typed = z.string().trim().min(1).max(256);

export const declineKinds = ['declined', 'busy', 'unavailable'] as const;

export const dialOptionsSchema = z.object({
  /** Show our number or not; null: as the settings say. */
  anonymous: z.boolean().nullable(),
  /** A number of the settings to be shown; null: as the settings say. */
  shownNumber: z.string().max(128).nullable(),
});
export type DialOptions = z.infer<typeof dialOptionsSchema>;

export const commandSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('focus-search') }),
  z.object({ name: z.literal('prefill-dial'), target: z.string().max(512) }),
  z.object({ name: z.literal('open-page'), page: z.enum(['calls', 'people', 'settings']) }),
  /** Ask whom a ringing call is sent on to. */
  z.object({ name: z.literal('send-on'), call: callIdSchema }),
]);
export type WindowCommand = z.infer<typeof commandSchema>;

/** What the main window may ask for. A refused or failed request rejects with an error report. */
export const uiContract = defineContract({
  requests: {
    'state.get': request(nothing, snapshotSchema),
    'session.sign-in': request(signInSchema, nothing),
    'session.sign-in-practice-office': request(z.object({ user: z.string().max(128).nullable() }), nothing),
    /** Gives up an attempt that is still under way. */
    'session.cancel-sign-in': request(nothing, nothing),
    'session.sign-out': request(nothing, nothing),
    /** To the sign-in page with everything filled in but the password, for an account that the server refuses. */
    'session.sign-in-again': request(nothing, nothing),
    /** Pins the certificate that the last attempt showed, and tries again. */
    'session.trust-certificate': request(
      z.object({ host: z.string().max(253), port: z.number().int(), fingerprint: fingerprintSchema }),
      nothing,
    ),
    /** Connects and registers now instead of waiting for the next attempt. */
    'session.retry-now': request(nothing, nothing),
    /** Removes the bindings of all other devices of this number; a Commute among them learns who did it. Also takes the line back. */
    'session.take-over': request(nothing, nothing),
    /** The other devices of `connectivity.undecided` may stay, for good. */
    'session.keep-both': request(nothing, nothing),
    /** Calls ring on the other device only; this one stays connected for everything else. */
    'session.stand-by': request(nothing, nothing),
    /** Ends standing by. */
    'session.ring-here': request(nothing, nothing),
    /** Stores (or with an empty string forgets) the password at the system's proxy, and tries again. */
    'session.set-proxy-password': request(z.object({ user: z.string().max(256), password: z.string().max(1024) }), nothing),
    /** The outcome stands in `connectivity`. `lifetime`: also measures for how long a mapping lasts, which takes minutes. */
    'network.check-nat': request(z.object({ lifetime: z.boolean() }), nothing),
    'network.check-ice': request(nothing, nothing),
    /** Gives up the checks that run. */
    'network.stop-checks': request(nothing, nothing),
    /** Tries one server of the settings by itself. */
    'network.test-server': request(z.object({ id: z.string().min(1).max(64) }), iceServerProofSchema),
    /** `echo`: also dial the echo number of the settings. Progress stands in `connectivity.doctor`. */
    'doctor.start': request(z.object({ echo: z.boolean() }), nothing),
    'doctor.stop': request(nothing, nothing),
    /** Writes a run's report to a file that the person chooses; null when they changed their mind. */
    'doctor.save-report': request(z.object({ text: z.string().max(262_144) }), z.object({ path: z.string().nullable() })),
    'call.dial': request(z.object({ target: typed, options: dialOptionsSchema }), onCall),
    /** The last number that was dialled from here. */
    'call.redial': request(nothing, onCall),
    'call.answer': request(onCall, nothing),
    'call.decline': request(onCall.extend({ as: z.enum(declineKinds) }), nothing),
    /** Sends a ringing call on to somebody else (302). */
    'call.deflect': request(onCall.extend({ target: typed }), nothing),
    /** Declines and sends a text to the caller. */
    'call.reply': request(onCall.extend({ text: z.string().trim().min(1).max(1024) }), nothing),
    'call.hang-up': request(onCall, nothing),
    'call.set-muted': request(onCall.extend({ muted: z.boolean() }), nothing),
    'call.set-held': request(onCall.extend({ held: z.boolean() }), nothing),
    'call.send-dtmf': request(onCall.extend({ digits: z.string().regex(/^[0-9*#A-D]{1,64}$/) }), nothing),
    /** Takes a held call back and puts the one in hand on hold. */
    'call.swap': request(onCall, nothing),
    /** Blind: the far end is asked to call the target. */
    'call.transfer': request(onCall.extend({ target: typed }), nothing),
    /** Holds the call and dials somebody on its behalf; returns the consultation. */
    'call.consult': request(onCall.extend({ target: typed }), onCall),
    /** `call` is a consultation: its caller is connected with it, also while it still rings. */
    'call.complete-transfer': request(onCall, nothing),
    /** `call` is a consultation: it ends, and the caller is taken back. */
    'call.back-to-caller': request(onCall, nothing),
    /** Connects two live calls with each other and leaves both. */
    'call.connect': request(z.object({ call: callIdSchema, other: callIdSchema }), nothing),
    'call.answer-referral': request(onCall.extend({ accept: z.boolean() }), nothing),
    'call.set-recording': request(onCall.extend({ on: z.boolean() }), nothing),
    /** Puts the far end into a parking place of the server; null: the server chooses. */
    'call.park': request(onCall.extend({ slot: z.string().max(32).nullable() }), nothing),
    'call.retrieve': request(z.object({ slot: z.string().min(1).max(32) }), onCall),
    /** Takes a call that rings elsewhere: at this number, or anywhere in the group. */
    'call.pick-up': request(z.object({ number: z.string().max(128).nullable() }), onCall),
    /** Two or more calls, mixed on this computer; also adds calls to the conference that stands. */
    'conference.join': request(z.object({ calls: z.array(callIdSchema).min(1).max(8) }), nothing),
    /** Takes a call out of the conference; it goes on by itself, on hold. */
    'conference.remove': request(onCall, nothing),
    'conference.set-silenced': request(onCall.extend({ silenced: z.boolean() }), nothing),
    'conference.set-held': request(z.object({ held: z.boolean() }), nothing),
    'conference.set-muted': request(z.object({ muted: z.boolean() }), nothing),
    /** Leaves: the two others are connected with each other where the server can. */
    'conference.leave': request(nothing, nothing),
    'conference.end': request(nothing, nothing),
    /** Tells when a number is free again, or lets the server call back. */
    'callback.request': request(z.object({ number: typed, name: z.string().max(256) }), nothing),
    'callback.cancel': request(z.object({ id: z.string().max(64) }), nothing),
    'message.send': request(z.object({ target: typed, text: z.string().trim().min(1).max(1024) }), nothing),
    'message.dismiss': request(z.object({ id: z.string().max(64) }), nothing),
    /** Rules and do not disturb; where the server does them, it is told first, and a refusal puts the setting back. */
    'availability.update': request(availabilitySettingsSchema.partial(), nothing),
    /** A dialog of the system; null when the person changed their mind. */
    'recording.choose-folder': request(nothing, z.object({ path: z.string().nullable() })),
    /** Shows the recording of a line of the call list in the file manager. */
    'recording.show': request(z.object({ id: z.string().min(1).max(64) }), nothing),
    'call.ladder': request(onCall, z.object({ text: z.string() })),
    'call.probe-tone': request(
      onCall.extend({ direction: z.enum(['inbound', 'outbound']), durationMs: z.number().int().min(100).max(5000) }),
      toneProbeSchema,
    ),
    'history.list': request(historyQuerySchema, historyPageSchema),
    /** Returns what was removed, for undo. */
    'history.remove': request(historyIds, z.object({ removed: z.array(historyEntrySchema) })),
    'history.restore': request(z.object({ entries: z.array(historyEntrySchema).max(1000) }), nothing),
    'history.mark-seen': request(nothing, nothing),
    'settings.update': request(settingsPatchSchema, nothing),
    /** Stores (or with an empty string forgets) the password of a TURN server of the settings. */
    'settings.set-ice-password': request(z.object({ id: z.string().min(1).max(64), password: z.string().max(1024) }), nothing),
    'audio.test-sound': request(z.object({ output: z.enum(['speaker', 'ringer']) }), nothing),
    'audio.microphone-level': request(nothing, z.object({ level: z.number() })),
    'notice.dismiss': request(z.object({ id: z.string().max(64) }), nothing),
    /** A command that came before the window could listen, once. */
    'app.take-command': request(nothing, z.object({ command: commandSchema.nullable() })),
    'app.copy-text': request(z.object({ text: z.string().max(1_000_000) }), nothing),
    /** Writes one redacted report and returns its path. */
    'app.export-report': request(nothing, z.object({ path: z.string() })),
    'app.show-logs': request(nothing, nothing),
  },
  events: {
    'state.patch': patchSchema,
    /** A command from menu, tray, hotkey or a second start, for the window to carry out. */
    command: commandSchema,
  },
});
export type UiContract = typeof uiContract;
