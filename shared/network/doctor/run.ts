import { z } from 'zod';
import { errorReportSchema } from '../../errors/app-error.ts';
import { doctorFindings, doctorSteps } from './names.ts';

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
