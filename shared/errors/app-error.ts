import { z } from 'zod';

/**
 * Every way in which Commute can fail towards a person. Each code has a title, a meaning and a next step in the
 * locale files (`errors.<code>`); a test holds both lists together.
 */
export const errorCodes = [
  // signing in and staying registered
  'wrong-password',
  'user-unknown',
  'registration-refused',
  'address-invalid',
  'host-not-found',
  'connection-refused',
  'connection-timed-out',
  'connection-lost',
  'network-unavailable',
  'not-a-sip-server',
  'certificate-untrusted',
  'certificate-changed',
  'certificate-expired',
  'certificate-name-mismatch',
  'server-error',
  'server-busy',
  'taken-over',
  'proxy-unreachable',
  'proxy-password-needed',
  'proxy-refused',
  'captive-portal',
  'practice-office-failed',
  'not-signed-in',
  // calls
  'not-registered',
  'number-invalid',
  'number-unknown',
  'number-unavailable',
  'call-busy',
  'call-declined',
  'call-not-answered',
  'call-refused',
  'call-unknown',
  'call-lost',
  'call-verb-impossible',
  'too-many-calls',
  'no-common-codec',
  'number-barred',
  'identity-refused',
  'emergency-not-registered',
  'emergency-in-progress',
  // verbs between calls, and what the server does for them
  'transfer-refused',
  'transfer-target-busy',
  'transfer-target-not-answered',
  'transfer-target-unknown',
  'transfer-caller-lost',
  'consultation-failed',
  'conference-impossible',
  'park-failed',
  'pick-up-failed',
  'retrieve-failed',
  'feature-not-offered',
  'feature-refused',
  'forward-target-missing',
  'callback-impossible',
  'message-not-delivered',
  'digits-not-sent',
  'recording-failed',
  'recording-folder-missing',
  'recording-forbidden',
  'recording-gone',
  'nothing-to-redial',
  'app-ended',
  // media
  'microphone-missing',
  'microphone-refused',
  'microphone-in-use',
  'speaker-missing',
  'media-failed',
  'media-path-failed',
  // checks of the network
  'stun-unreachable',
  'no-stun-server',
  'relay-unreachable',
  'relay-refused',
  'check-impossible',
  // storage
  'settings-damaged',
  'settings-newer',
  'settings-unwritable',
  'disk-full',
  'history-damaged',
  'password-not-kept',
  'policy-damaged',
  // edges
  'message-malformed',
  'request-invalid',
  'request-refused',
  'internal',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = (typeof errorCodes)[number];

const detailSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type ErrorDetails = z.infer<typeof detailSchema>;

/** The form of an error that crosses processes and reaches the person. Carries no secrets and no stack. */
export const errorReportSchema = z.object({
  code: errorCodeSchema,
  /** Values for the sentence (`{host}`, `{number}`) and the technical detail that is one click away. */
  details: detailSchema,
});
export type ErrorReport = z.infer<typeof errorReportSchema>;

export interface AppErrorOptions {
  /** `expected`: the world misbehaved. `bug`: Commute did. */
  readonly kind?: 'expected' | 'bug';
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** The one error type that Commute throws on purpose. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly kind: 'expected' | 'bug';
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const details = options.details ?? {};
    super(describe(code, details), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind ?? 'expected';
    this.details = details;
  }

  toReport(): ErrorReport {
    return { code: this.code, details: this.details };
  }
}

/** Turns anything that was thrown into a report; what is not an `AppError` is a bug of ours. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  return { code: 'internal', details: { what: error instanceof Error ? error.message : String(error) } };
}

function describe(code: ErrorCode, details: ErrorDetails): string {
  const pairs = Object.entries(details).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? code : `${code} (${pairs.join(', ')})`;
}
