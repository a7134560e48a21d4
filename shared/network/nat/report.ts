import { z } from 'zod';
import { errorReportSchema } from '../../errors/app-error.ts';

/** How a NAT chooses what it maps to, and whom it lets in (RFC 4787 sections 4.1 and 5). */
export const natBehaviours = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
export type NatBehaviour = (typeof natBehaviours)[number];

/**
 * The names that people know (RFC 3489). `open`: no translation and nothing filtered. `firewall`: no translation, but answers only.
 * `cone`: some kind of cone whose filtering could not be found out. `unknown`: nothing answered that could tell, or one address alone did.
 */
export const natTypes = [
  'open',
  'firewall',
  'full-cone',
  'restricted',
  'port-restricted',
  'cone',
  'symmetric',
  'udp-blocked',
  'unknown',
] as const;
export type NatType = (typeof natTypes)[number];

const transportAddressSchema = z.object({ address: z.string().max(64), port: z.number().int().min(0).max(65_535) });
export type TransportAddress = z.infer<typeof transportAddressSchema>;

/** What one check of the NAT found (RFC 5780). */
export const natReportSchema = z.object({
  /** Wall time in ms. */
  at: z.number(),
  tookMs: z.number(),
  /** `host:port` of the STUN server that was asked; empty when the account has none. */
  server: z.string().max(300),
  family: z.union([z.literal(4), z.literal(6)]),
  type: z.enum(natTypes),
  /** `none`: our own address arrives. */
  mapping: z.enum(['none', ...natBehaviours, 'unknown']),
  filtering: z.enum([...natBehaviours, 'unknown']),
  /** Why the filtering is unknown: the server has one address only, or its second one is private while it is not. */
  filteringUnknownBecause: z.enum(['one-address', 'private-alternate']).nullable(),
  /** Calls work without a relay: what the vendor calls "Simple". */
  simple: z.boolean(),
  local: transportAddressSchema.nullable(),
  mapped: transportAddressSchema.nullable(),
  /** Whether this computer reaches itself by its public address; null: not tried. */
  hairpin: z.boolean().nullable(),
  /** Seconds for which the NAT keeps a mapping without traffic, at least; null: not measured. */
  lifetimeSeconds: z.number().nullable(),
  /** Why nothing could be found out. */
  error: errorReportSchema.nullable(),
});
export type NatReport = z.infer<typeof natReportSchema>;
