import { z } from 'zod';
import { callViewSchema } from '../calls/call.ts';
import { errorReportSchema } from '../errors/app-error.ts';
import { deviceListSchema } from '../media/media.ts';
import { personSchema } from '../people/person.ts';
import { accountSchema } from '../profiles/account.ts';
import { registrationStatusSchema } from '../registration/registration.ts';
import { settingsSchema } from '../settings/settings.ts';

/**
 * `signed-out`: the sign-in page shows, with the error of the last attempt if there was one. `signing-in`: first
 * registration of this start is under way. `signed-in`: the line exists, whatever its registration does just now.
 */
export const sessionSchema = z.object({
  stage: z.enum(['starting', 'signed-out', 'signing-in', 'signed-in']),
  account: accountSchema.nullable(),
  error: errorReportSchema.nullable(),
});
export type SessionState = z.infer<typeof sessionSchema>;

/** Something that happened once and that the person should know; stays until it is dismissed. */
export const noticeSchema = z.object({ id: z.string(), level: z.enum(['info', 'warning']), error: errorReportSchema, at: z.number() });
export type Notice = z.infer<typeof noticeSchema>;

/** Everything that windows show, without secrets. Replaced slice by slice. */
export const appStateSchema = z.object({
  session: sessionSchema,
  registration: registrationStatusSchema,
  /** In order of their beginning; ended calls stay for a few seconds so that the card can say why. */
  calls: z.array(callViewSchema),
  people: z.array(personSchema),
  settings: settingsSchema,
  devices: deviceListSchema,
  media: z.object({ ready: z.boolean() }),
  /** Raised by one whenever the call list changed, so that an open list asks again. */
  history: z.object({ version: z.number(), unseenMissed: z.number() }),
  notices: z.array(noticeSchema),
  app: z.object({
    version: z.string(),
    /** Name of the profile (`--profile`); empty for the first. */
    profile: z.string(),
    /** Resolved from settings and system: what a window should show. */
    theme: z.enum(['light', 'dark']),
    language: z.enum(['en', 'de']),
    /** Whether a password survives a restart here. */
    passwordKept: z.boolean(),
  }),
});
export type AppState = z.infer<typeof appStateSchema>;

export const snapshotSchema = z.object({ revision: z.number().int(), state: appStateSchema });
export type Snapshot = z.infer<typeof snapshotSchema>;

/** Whole slices that changed since `revision - 1`. */
export const patchSchema = z.object({ revision: z.number().int(), patch: appStateSchema.partial() });
export type StatePatch = z.infer<typeof patchSchema>;
