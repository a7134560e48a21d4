// Free of zod, so that pages can have the names without it.
/** What the doctor looks at, in the order in which the lines stand; some stand once for each address of the account. */
export const doctorSteps = [
  'interfaces',
  'route',
  'captive-portal',
  'proxy',
  'dns',
  'tcp',
  'tls',
  'upgrade',
  'register',
  'clock',
  'double-registration',
  'sip-alg',
  'mtu',
  'stun',
  'nat',
  'turn',
  'ice',
  'microphone',
  'speaker',
  'ringing',
  'echo-call',
] as const;
export type DoctorStepId = (typeof doctorSteps)[number];

/**
 * What can be wrong, the most telling first: of the gravest findings of a run, the one that stands first in this list is its verdict.
 * Each has a sentence (the broken hop), what it means, and who can mend it, in the locale files (`doctor.findings.<code>`).
 */
export const doctorFindings = [
  // nothing works without these
  'no-network',
  'no-default-route',
  'captive-portal',
  'proxy-unreachable',
  'proxy-password',
  'proxy-refuses',
  'dns-dead',
  // the way to the server
  'vpn-without-route',
  'office-only-address-away',
  'name-unknown',
  'host-unreachable',
  'port-closed',
  'not-tls',
  'clock-off',
  'certificate-changed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-name',
  'certificate-untrusted',
  'not-a-sip-server',
  // the line
  'wrong-password',
  'user-unknown',
  'registration-refused',
  'taken-over',
  'server-busy',
  'server-silent',
  // the way of the sound
  'udp-blocked',
  'relay-password',
  'relay-refuses',
  'relay-unreachable',
  'symmetric-without-relay',
  'relay-only-without-relay',
  'stun-unreachable',
  'ice-failed',
  'mtu-small',
  'sip-alg',
  // this computer
  'no-microphone',
  'microphone-refused',
  'microphone-in-use',
  'microphone-silent',
  'no-speaker',
  'ringer-missing',
  'ringer-muted',
  'do-not-disturb',
  'calls-forwarded',
  'echo-failed',
  // worth knowing while everything works
  'second-client',
  'one-address-down',
  'certificate-expires-soon',
  'relay-in-use',
  'no-stun-server',
] as const;
export type DoctorFinding = (typeof doctorFindings)[number];
