import { z } from 'zod';

/** Another device that is signed in with this number, as the server's 200 to our REGISTER names it. All of it is a stranger's text. */
export const otherContactSchema = z.object({
  /** The Contact URI as the server wrote it: what has to be sent to remove it. */
  uri: z.string().max(1024),
  /** What stays the same of it over restarts and new ports: "keep both" is remembered by it. */
  key: z.string().max(256),
  /** A Commute says its computer's name; empty for all others. */
  name: z.string().max(64),
  /** Host of the contact, for devices without a name. */
  host: z.string().max(253),
  /** Wall time in ms when it signed in, where it says so. */
  since: z.number().nullable(),
  isCommute: z.boolean(),
});
export type OtherContact = z.infer<typeof otherContactSchema>;
