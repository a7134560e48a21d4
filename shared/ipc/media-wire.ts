import { z } from 'zod';
import { errorReportSchema } from '../errors/app-error.ts';

const number = z.number().int().min(1);

/** What main sends to the media window. */
export const mediaRequestMessageSchema = z.object({
  kind: z.literal('request'),
  number,
  name: z.string().max(64),
  params: z.unknown(),
});

/** What the media window sends to main; `value` is validated by the contract in a second step. */
export const mediaWindowMessageSchema = z.union([
  z.object({ kind: z.literal('reply'), number, ok: z.literal(true), value: z.unknown() }),
  z.object({ kind: z.literal('reply'), number, ok: z.literal(false), error: errorReportSchema }),
  z.object({ kind: z.literal('event'), name: z.string().max(64), value: z.unknown() }),
]);
export type MediaWindowMessage = z.infer<typeof mediaWindowMessageSchema>;
