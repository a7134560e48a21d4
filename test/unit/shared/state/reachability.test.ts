import { describe, expect, it } from 'vitest';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Settings } from '#shared/settings/settings.ts';
import { confirmationLastsMs, type Reachability, reachability } from '#shared/state/reachability.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { sampleState } from '#test/support/state/sample-state.ts';

const now = Date.UTC(2026, 0, 5, 9, 0, 0);
const jabra = { id: 'jabra', label: 'Jabra' };
const registered: Extract<RegistrationStatus, { phase: 'registered' }> = {
  phase: 'registered',
  server: 'pbx:443',
  since: now - 600_000,
  expiresAt: now + 600_000,
  confirmedAt: now - 60_000,
  path: 'office',
  others: [],
};
const error = { code: 'connection-refused', details: { host: 'pbx' } } as const;

interface Changes {
  readonly registration?: RegistrationStatus;
  readonly stage?: AppState['session']['stage'];
  readonly devices?: Partial<AppState['devices']>;
  readonly mediaReady?: boolean;
  readonly audio?: Partial<Settings['audio']>;
  readonly availability?: Partial<Settings['availability']>;
  readonly incomingToast?: boolean;
}

/** Everything in order, but for what is given. */
function look({
  registration = registered,
  stage = 'signed-in',
  devices,
  mediaReady = true,
  audio,
  availability,
  incomingToast = true,
}: Changes): Reachability {
  const state = sampleState();
  const { settings } = state;
  return reachability(
    {
      session: { ...state.session, stage },
      registration,
      devices: { inputs: [jabra], outputs: [jabra], ...devices },
      media: { ready: mediaReady },
      settings: {
        ...settings,
        audio: { ...settings.audio, ...audio },
        availability: { ...settings.availability, ...availability },
        notifications: { incomingToast },
      },
    },
    now,
  );
}
const kinds = ({ lamp, reasons }: Reachability): string => [lamp, ...reasons.map(({ kind }) => kind)].join(' ');
const on = { on: true, target: '202' };

describe('the reachability lamp', () => {
  it.each<[string, Changes]>([
    ['green', {}],
    ['green', { audio: { ringer: jabra } }],
    ['green', { audio: { ringer: { id: 'from another port', label: 'Jabra' } } }],
    ['green', { availability: { busy: on, noAnswer: on, unregistered: on } }],
    ['green', { registration: { ...registered, confirmedAt: now - confirmationLastsMs + 1 } }],
    ['green', { registration: { ...registered, since: now, confirmedAt: 0 } }],
    ['amber unconfirmed', { registration: { ...registered, confirmedAt: now - confirmationLastsMs } }],
    ['amber forwarded', { availability: { always: on } }],
    ['amber do-not-disturb', { availability: { doNotDisturb: true } }],
    ['amber audio-starting', { mediaReady: false, devices: { inputs: [], outputs: [] }, audio: { ringer: jabra, ringVolume: 0 } }],
    ['amber no-speaker', { devices: { outputs: [] }, audio: { ringer: jabra } }],
    ['amber ringer-muted', { audio: { ringVolume: 0 } }],
    ['amber ringer-missing', { audio: { ringer: { id: 'gone', label: 'Speakers' } } }],
    ['amber no-microphone', { devices: { inputs: [] } }],
    ['amber toast-off', { incomingToast: false }],
    ['red signed-out', { registration: { phase: 'signed-out' }, stage: 'signed-out', mediaReady: false }],
    ['red starting', { registration: { phase: 'signed-out' }, stage: 'starting', mediaReady: false }],
    ['red connecting', { registration: { phase: 'connecting', server: 'pbx', attempt: 2 } }],
    ['red registering', { registration: { phase: 'registering', server: 'pbx' } }],
    ['red unregistering', { registration: { phase: 'unregistering', server: 'pbx' } }],
    ['red waiting', { registration: { phase: 'waiting', server: 'pbx', retryAt: now, error } }],
    ['red refused', { registration: { phase: 'refused', server: 'pbx', error: { code: 'taken-over', details: {} } } }],
    ['red standing-by', { registration: { phase: 'standing-by', server: 'pbx', path: 'office', others: [] } }],
  ])('is %s (%#)', (expected, changes) => {
    expect(kinds(look(changes))).toBe(expected);
  });

  it('has all reasons, the one that matters most first', () => {
    const everything: Changes = {
      registration: { ...registered, confirmedAt: 0 },
      availability: { always: on, doNotDisturb: true },
      audio: { ringer: { id: 'gone', label: 'Speakers' }, ringVolume: 0 },
      devices: { inputs: [] },
      incomingToast: false,
    };
    const shortcomings = 'ringer-muted ringer-missing no-microphone toast-off';
    expect(kinds(look(everything))).toBe(`amber forwarded do-not-disturb unconfirmed ${shortcomings}`);
    const waiting: Changes = { ...everything, registration: { phase: 'waiting', server: 'pbx', retryAt: now, error } };
    expect(kinds(look(waiting))).toBe(`red waiting forwarded do-not-disturb ${shortcomings}`);
  });

  it('tells with each what its words need', () => {
    const reasonsOf = (changes: Changes) => look(changes).reasons;
    expect(reasonsOf({ registration: { phase: 'waiting', server: 'pbx', retryAt: 7, error } })).toEqual([
      { kind: 'waiting', error, retryAt: 7 },
    ]);
    expect(reasonsOf({ registration: { phase: 'connecting', server: 'pbx', attempt: 2 } })).toEqual([
      { kind: 'connecting', server: 'pbx', attempt: 2 },
    ]);
    expect(reasonsOf({ registration: { ...registered, since: 5, confirmedAt: 9 } })).toEqual([{ kind: 'unconfirmed', since: 9 }]);
    expect(reasonsOf({ audio: { ringer: { id: 'gone', label: 'Speakers' } } })).toEqual([{ kind: 'ringer-missing', device: 'Speakers' }]);
  });
});
