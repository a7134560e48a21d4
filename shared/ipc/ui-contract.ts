import { z } from 'zod';
import { callIdSchema } from '../calls/call.ts';
import { historyEntrySchema, historyPageSchema, historyQuerySchema } from '../calls/history-entry.ts';
import { toneProbeSchema } from '../media/media.ts';
import { fingerprintSchema, serverSchema } from '../profiles/account.ts';
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

export const commandSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('focus-search') }),
  z.object({ name: z.literal('prefill-dial'), target: z.string().max(512) }),
  z.object({ name: z.literal('open-page'), page: z.enum(['calls', 'people', 'settings']) }),
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
    'call.dial': request(z.object({ target: z.string().trim().min(1).max(256) }), onCall),
    'call.answer': request(onCall, nothing),
    'call.decline': request(onCall, nothing),
    'call.hang-up': request(onCall, nothing),
    'call.set-muted': request(onCall.extend({ muted: z.boolean() }), nothing),
    'call.set-held': request(onCall.extend({ held: z.boolean() }), nothing),
    'call.send-dtmf': request(onCall.extend({ digits: z.string().regex(/^[0-9*#A-D]{1,64}$/) }), nothing),
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
