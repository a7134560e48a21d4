import { z } from 'zod';
import { errorReportSchema } from '../errors/app-error.ts';
import { pathKindSchema } from '../network/path.ts';
import { otherContactSchema } from './other-contact.ts';

/**
 * What the person and the rest of the app see of the registration. The machine behind it is drawn in
 * `registration-machine.ts`.
 *
 *   signed-out -> connecting -> registering -> registered -> (refresh) registering-again ... -> unregistering -> signed-out
 *                     ^             |               |
 *                     +-- waiting <-+---------------+      (failure: back-off, then again)
 *                                   +-> refused            (the person must act: password, certificate, unknown user, taken over)
 *
 *   registered -> standing-by -> registered   (the person leaves ringing to another device, and takes it back)
 */
export const registrationStatusSchema = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('signed-out') }),
  z.object({ phase: z.literal('connecting'), server: z.string(), attempt: z.number().int() }),
  z.object({ phase: z.literal('registering'), server: z.string() }),
  z.object({
    phase: z.literal('registered'),
    server: z.string(),
    /** Wall time in ms of the first 200 of this binding and of its expiry. */
    since: z.number(),
    expiresAt: z.number(),
    /** Wall time in ms when the server last said that it has this binding. */
    confirmedAt: z.number(),
    path: pathKindSchema,
    /** Other devices signed in with the same number. */
    others: z.array(otherContactSchema),
  }),
  /** Connected, but calls ring elsewhere: by the person's wish nothing is bound here. */
  z.object({ phase: z.literal('standing-by'), server: z.string(), path: pathKindSchema, others: z.array(otherContactSchema) }),
  z.object({ phase: z.literal('waiting'), server: z.string(), /** Wall time in ms. */ retryAt: z.number(), error: errorReportSchema }),
  z.object({ phase: z.literal('refused'), server: z.string(), error: errorReportSchema }),
  z.object({ phase: z.literal('unregistering'), server: z.string() }),
]);
export type RegistrationStatus = z.infer<typeof registrationStatusSchema>;

/** Whether calls and messages can leave: standing by, only what comes in goes elsewhere. */
export function takesRequests({ phase }: RegistrationStatus): boolean {
  return phase === 'registered' || phase === 'standing-by';
}
