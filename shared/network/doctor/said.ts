import type { DoctorStepId } from './names.ts';
import type { DoctorLine } from './run.ts';

/** What any step may say, whatever it looks at. */
export const saidByAny = [
  /** Left out, because what it needs is broken. */
  'not-reached',
  /** It did not come to an end and was ended. */
  'hung',
  'stopped',
  'failed',
] as const;

/** What each step may say: keys of its sentences in the locale files. A line that waits or runs says nothing (an empty key). */
export const doctorSaid = {
  interfaces: ['up', 'tunnel', 'none'],
  route: ['default', 'tunnel', 'none'],
  'captive-portal': ['free', 'portal'],
  proxy: ['direct', 'open', 'passed-over', 'unreachable', 'password', 'refused'],
  dns: ['literal', 'by-proxy', 'found', 'unknown', 'dead'],
  tcp: ['by-proxy', 'connected', 'refused', 'silent', 'unreachable', 'silent-away'],
  tls: [
    'plain',
    'trusted',
    'expires-soon',
    'pinned',
    'changed',
    'expired',
    'not-yet-valid',
    'name',
    'untrusted',
    'not-tls',
    'lost',
    'silent',
  ],
  upgrade: ['upgraded', 'refused', 'not-http', 'lost', 'silent'],
  register: ['accepted', 'wrong-password', 'user-unknown', 'refused', 'taken-over', 'busy', 'silent'],
  clock: ['right', 'off', 'unknown'],
  'double-registration': ['alone', 'others', 'kept'],
  'sip-alg': ['encrypted', 'unlikely', 'possible'],
  mtu: ['stream', 'large-lost'],
  stun: ['none', 'answered', 'silent'],
  nat: ['none', 'open', 'firewall', 'cone', 'symmetric', 'udp-blocked', 'unknown'],
  turn: ['none', 'relayed', 'password', 'refused', 'unreachable'],
  ice: ['available', 'relay-only', 'not-available', 'failed'],
  microphone: ['heard', 'silent', 'missing', 'refused', 'in-use', 'in-call'],
  speaker: ['played', 'heard', 'missing', 'in-call'],
  ringing: ['ready', 'muted', 'ringer-missing', 'do-not-disturb', 'forwarded'],
  'echo-call': ['not-asked', 'no-number', 'heard', 'not-heard', 'not-connected'],
} as const satisfies Readonly<Record<DoctorStepId, readonly string[]>>;

export type SaidBy<S extends DoctorStepId> = (typeof doctorSaid)[S][number] | (typeof saidByAny)[number];

const common: ReadonlySet<string> = new Set(saidByAny);

/** The key of a line's sentence in the locale files; undefined while it has nothing to say. */
export function saidKey({ step, said }: Pick<DoctorLine, 'step' | 'said'>): string | undefined {
  if (said === '') return undefined;
  return common.has(said) ? `doctor.said.any.${said}` : `doctor.said.${step}.${said}`;
}

/** Lines that look at something that is not needed here: what builds on it goes ahead. */
const notNeeded: ReadonlySet<string> = new Set<SaidBy<'dns' | 'tcp' | 'tls'>>(['literal', 'by-proxy', 'plain']);

/** Whether what builds on a step may go ahead. */
export function letsPass({ state, said }: Pick<DoctorLine, 'state' | 'said'>): boolean {
  if (state === 'skipped') return notNeeded.has(said);
  return (state === 'fine' || state === 'warning') && !common.has(said);
}
