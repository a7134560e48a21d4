import { z } from 'zod';
import { errorReportSchema } from '../errors/app-error.ts';

/** What the doctor looks at, in the order in which the lines stand; some stand once for each address of the account. */
export const doctorSteps = [
  'interfaces',
  'route',
  'captive-portal',
  'proxy',
  'dns',
  'tcp',
  'tls',
  'upgrade',
  'register',
  'clock',
  'double-registration',
  'sip-alg',
  'mtu',
  'stun',
  'nat',
  'turn',
  'ice',
  'microphone',
  'speaker',
  'ringing',
  'echo-call',
] as const;
export type DoctorStepId = (typeof doctorSteps)[number];

/**
 * What can be wrong, the most telling first: of the gravest findings of a run, the one that stands first in this list is its verdict.
 * Each has a sentence (the broken hop), what it means, and who can mend it, in the locale files (`doctor.findings.<code>`).
 */
export const doctorFindings = [
  // nothing works without these
  'no-network',
  'no-default-route',
  'captive-portal',
  'proxy-unreachable',
  'proxy-password',
  'proxy-refuses',
  'dns-dead',
  // the way to the server
  'vpn-without-route',
  'office-only-address-away',
  'name-unknown',
  'host-unreachable',
  'port-closed',
  'not-tls',
  'clock-off',
  'certificate-changed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-name',
  'certificate-untrusted',
  'not-a-sip-server',
  // the line
  'wrong-password',
  'user-unknown',
  'registration-refused',
  'taken-over',
  'server-busy',
  'server-silent',
  // the way of the sound
  'udp-blocked',
  'relay-password',
  'relay-refuses',
  'relay-unreachable',
  'symmetric-without-relay',
  'relay-only-without-relay',
  'stun-unreachable',
  'ice-failed',
  'mtu-small',
  'sip-alg',
  // this computer
  'no-microphone',
  'microphone-refused',
  'microphone-in-use',
  'microphone-silent',
  'no-speaker',
  'ringer-missing',
  'ringer-muted',
  'do-not-disturb',
  'calls-forwarded',
  'echo-failed',
  // worth knowing while everything works
  'second-client',
  'one-address-down',
  'certificate-expires-soon',
  'relay-in-use',
  'no-stun-server',
] as const;
export type DoctorFinding = (typeof doctorFindings)[number];

const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const doctorLineSchema = z.object({
  step: z.enum(doctorSteps),
  /** `host:port` for the steps that are done for each address; null otherwise. */
  server: z.string().max(300).nullable(),
  /** `skipped`: it has no meaning here (`said` tells why), or what it needs is broken. */
  state: z.enum(['waiting', 'running', 'fine', 'warning', 'broken', 'skipped']),
  tookMs: z.number().nullable(),
  /** Key below `doctor.said.<step>.` in the locale files (`saidKey`), with the values of its sentence in `facts`; empty: nothing yet. */
  said: z.string().max(64),
  facts: factsSchema,
});
export type DoctorLine = z.infer<typeof doctorLineSchema>;

export const doctorVerdictSchema = z.object({
  /** `fine`: calls come and go; the finding, if there is one, is worth knowing. */
  level: z.enum(['fine', 'warning', 'broken']),
  /** Null when nothing was found. */
  finding: z.enum(doctorFindings).nullable(),
  facts: factsSchema,
  /** Everything else that was found, the gravest first, then in the order of `doctorFindings`. */
  others: z.array(z.object({ finding: z.enum(doctorFindings), facts: factsSchema })).max(32),
});
export type DoctorVerdict = z.infer<typeof doctorVerdictSchema>;

export const doctorRunSchema = z.object({
  /** Wall times in ms. */
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  lines: z.array(doctorLineSchema).max(64),
  /** Null while it runs, and when the person stopped it. */
  verdict: doctorVerdictSchema.nullable(),
  error: errorReportSchema.nullable(),
});
export type DoctorRun = z.infer<typeof doctorRunSchema>;
