import { z } from 'zod';
import { callViewSchema, partySchema } from '../calls/call.ts';
import { errorReportSchema } from '../errors/app-error.ts';
import { deviceListSchema } from '../media/media.ts';
import { lineStateSchema } from '../people/line-state.ts';
import { personSchema } from '../people/person.ts';
import { doctorRunSchema } from '../network/doctor/run.ts';
import { iceReportSchema } from '../network/ice/report.ts';
import { natReportSchema } from '../network/nat/report.ts';
import { otherContactSchema } from '../registration/other-contact.ts';
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

/** A call in a parking place of the server. */
export const parkedCallSchema = z.object({
  slot: z.string().max(32),
  /** Null when the server does not say who waits there. */
  party: partySchema.nullable(),
  /** Wall time in ms when we saw it first. */
  since: z.number(),
  /** We put it there. */
  mine: z.boolean(),
});
export type ParkedCall = z.infer<typeof parkedCallSchema>;

/** Somebody whom the person wants to reach once free. `by`: the server calls back, or Commute watches the line and says so. */
export const callbackSchema = z.object({
  id: z.string().max(64),
  number: z.string().max(256),
  name: z.string().max(256),
  since: z.number(),
  by: z.enum(['server', 'watch']),
  /** `free`: it is now; the person is asked whether to call. */
  state: z.enum(['waiting', 'free']),
});
export type Callback = z.infer<typeof callbackSchema>;

/** A text that came in (RFC 3428) and was not dismissed yet. */
export const receivedMessageSchema = z.object({ id: z.string().max(64), from: partySchema, text: z.string().max(4096), at: z.number() });
export type ReceivedMessage = z.infer<typeof receivedMessageSchema>;

/** What the settings' wishes for availability have come to. */
export const availabilityStateSchema = z.object({
  /** A change is on its way to the server. */
  pending: z.boolean(),
  /** The last change that the server refused; the setting was put back. */
  error: errorReportSchema.nullable(),
});

/** What an administrator has locked (policy file); a person cannot change it here. */
export const policySchema = z.object({ recording: z.enum(['free', 'forbidden']) });
export type Policy = z.infer<typeof policySchema>;

/** What was found out about the network, and what is being found out. Null: not looked at since the start. */
export const connectivitySchema = z.object({
  nat: natReportSchema.nullable(),
  ice: iceReportSchema.nullable(),
  doctor: doctorRunSchema.nullable(),
  /** Checks that run now; the doctor runs as long as it has no `finishedAt`. */
  checking: z.array(z.enum(['nat', 'ice'])),
  /** Other devices of this number about which the person has not decided yet; empty: nothing to ask. */
  undecided: z.array(otherContactSchema),
});
export type ConnectivityState = z.infer<typeof connectivitySchema>;

/** Everything that windows show, without secrets. Replaced slice by slice. */
export const appStateSchema = z.object({
  session: sessionSchema,
  registration: registrationStatusSchema,
  connectivity: connectivitySchema,
  /** In order of their beginning; ended calls stay for a few seconds so that the card can say why. */
  calls: z.array(callViewSchema),
  people: z.array(personSchema),
  /** Lines of colleagues that are watched, by the number that stands in `people`. */
  lines: z.array(lineStateSchema),
  parked: z.array(parkedCallSchema),
  callbacks: z.array(callbackSchema),
  messages: z.array(receivedMessageSchema),
  availability: availabilityStateSchema,
  policy: policySchema,
  settings: settingsSchema,
  devices: deviceListSchema,
  media: z.object({ ready: z.boolean() }),
  /** Raised by one whenever the call list changed, so that an open list asks again. */
  history: z.object({ version: z.number(), unseenMissed: z.number() }),
  notices: z.array(noticeSchema),
  app: z.object({
    version: z.string(),
    /** Operating system, its version and the processor's kind. */
    system: z.string(),
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
