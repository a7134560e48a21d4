import type { ErrorCode } from '#shared/errors/app-error.ts';

/** What Commute itself can do about an error. */
export type Fix =
  | 'retry'
  | 'sign-in-again'
  | 'audio-settings'
  | 'network-settings'
  | 'connection-settings'
  | 'server-settings'
  | 'recording-settings'
  | 'export-report';

const fixes: Readonly<Partial<Record<ErrorCode, Fix>>> = {
  'host-not-found': 'retry',
  'connection-refused': 'retry',
  'connection-timed-out': 'retry',
  'connection-lost': 'retry',
  'network-unavailable': 'retry',
  'server-error': 'retry',
  'server-busy': 'retry',
  'not-registered': 'retry',
  'certificate-untrusted': 'connection-settings',
  'certificate-changed': 'connection-settings',
  'wrong-password': 'sign-in-again',
  'user-unknown': 'sign-in-again',
  'microphone-missing': 'audio-settings',
  'microphone-refused': 'audio-settings',
  'microphone-in-use': 'audio-settings',
  'speaker-missing': 'audio-settings',
  'media-path-failed': 'network-settings',
  'feature-not-offered': 'server-settings',
  'feature-refused': 'server-settings',
  'identity-refused': 'server-settings',
  'recording-folder-missing': 'recording-settings',
  'recording-failed': 'recording-settings',
  'media-failed': 'export-report',
  'practice-office-failed': 'export-report',
  'message-malformed': 'export-report',
  'request-refused': 'export-report',
  internal: 'export-report',
};

/** The fix for an error; undefined when only the person or somebody else can do something. */
export function fixOf(code: ErrorCode): Fix | undefined {
  return fixes[code];
}
