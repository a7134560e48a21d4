import { z } from 'zod';

export const personSchema = z.object({
  id: z.string().min(1).max(128),
  name: z.string().min(1).max(256),
  /** Numbers as dialled, the main one first. */
  numbers: z.array(z.string().min(1).max(128)).min(1).max(8),
  /** Role or department, shown below the name; empty when unknown. */
  note: z.string().max(256),
  source: z.enum(['practice-office']),
});
export type Person = z.infer<typeof personSchema>;
