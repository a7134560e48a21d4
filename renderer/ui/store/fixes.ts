import type { ErrorCode } from '#shared/errors/app-error.ts';
import type { DoctorFinding } from '#shared/network/doctor/names.ts';
import type { ReachabilityReason } from '#shared/state/reachability.ts';

/** What Commute itself can do about an error. */
export type Fix =
  | 'retry'
  | 'sign-in-again'
  | 'audio-settings'
  | 'network-settings'
  | 'connection-settings'
  | 'server-settings'
  | 'recording-settings'
  | 'forwarding-settings'
  | 'notification-settings'
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
  'taken-over': 'connection-settings',
  'proxy-password-needed': 'connection-settings',
  'proxy-unreachable': 'retry',
  'captive-portal': 'retry',
  'no-stun-server': 'network-settings',
  'stun-unreachable': 'network-settings',
  'relay-unreachable': 'network-settings',
  'relay-refused': 'network-settings',
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

const findingFixes: Readonly<Partial<Record<DoctorFinding, Fix>>> = {
  'proxy-password': 'network-settings',
  'wrong-password': 'sign-in-again',
  'user-unknown': 'sign-in-again',
  'relay-password': 'network-settings',
  'relay-unreachable': 'network-settings',
  'symmetric-without-relay': 'network-settings',
  'relay-only-without-relay': 'network-settings',
  'stun-unreachable': 'network-settings',
  'no-stun-server': 'network-settings',
  'no-microphone': 'audio-settings',
  'microphone-refused': 'audio-settings',
  'microphone-silent': 'audio-settings',
  'no-speaker': 'audio-settings',
  'ringer-missing': 'audio-settings',
  'ringer-muted': 'audio-settings',
  'do-not-disturb': 'forwarding-settings',
  'calls-forwarded': 'forwarding-settings',
};

/** What Commute can do about what the doctor found; undefined when that is for somebody else, or stands beside it already. */
export function fixOfFinding(finding: DoctorFinding): Fix | undefined {
  return findingFixes[finding];
}

const reasonFixes: Readonly<Partial<Record<ReachabilityReason['kind'], Fix>>> = {
  forwarded: 'forwarding-settings',
  'do-not-disturb': 'forwarding-settings',
  'no-speaker': 'audio-settings',
  'ringer-muted': 'audio-settings',
  'ringer-missing': 'audio-settings',
  'no-microphone': 'audio-settings',
  'toast-off': 'notification-settings',
};

/** What Commute can do about the reasons of the lamp, each once, in their order. */
export function fixesOfReasons(reasons: readonly ReachabilityReason[]): readonly Fix[] {
  return [...new Set(reasons.flatMap(({ kind }) => reasonFixes[kind] ?? []))];
}
