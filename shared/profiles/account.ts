import { z } from 'zod';

/** SHA-256 of a certificate in DER form: 32 upper-case hexadecimal pairs joined by colons, as Node's `fingerprint256`. */
export const fingerprintSchema = z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);

/** What makes a server's certificate acceptable. There is no "accept everything". */
export const trustSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('system') }),
  z.object({
    kind: z.literal('pinned'),
    fingerprint: fingerprintSchema,
    /** The pinned certificate itself (PEM), once it was seen: spares the handshake in which it is read. */
    certificate: z.string().max(16_384).optional(),
  }),
  z.object({ kind: z.literal('ca-file'), path: z.string().min(1).max(4096) }),
]);
export type Trust = z.infer<typeof trustSchema>;

export const serverSchema = z.object({
  /** DNS name or IP address; IPv6 without brackets. */
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65535),
  /** RFC 7118: SIP over (secure) WebSocket. */
  transport: z.enum(['wss', 'ws']),
  /** HTTP path of the WebSocket, beginning with a slash. */
  path: z.string().startsWith('/').max(512),
  trust: trustSchema,
});
export type Server = z.infer<typeof serverSchema>;

export const accountSchema = z.object({
  /** Stable id; key of the account's secrets. */
  id: z.string().min(1).max(64),
  kind: z.enum(['practice-office', 'server']),
  /** User part of the address of record. */
  user: z.string().min(1).max(128),
  /** Digest user name where it differs from `user`; null when it does not. */
  authUser: z.string().min(1).max(128).nullable(),
  displayName: z.string().max(128),
  /** Host part of the address of record; null: the first server's host. */
  domain: z.string().min(1).max(253).nullable(),
  /** Addresses of the one line, in order of preference: the office first, then the public address. */
  servers: z.array(serverSchema).min(1).max(4),
  /** Binding lifetime asked for, in seconds. */
  registerExpires: z.number().int().min(60).max(86_400),
});
export type Account = z.infer<typeof accountSchema>;
