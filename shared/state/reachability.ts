import type { ErrorReport } from '../errors/app-error.ts';
import { findChosen } from '../media/device-choice.ts';
import type { AppState } from './app-state.ts';

/** Why the lamp is not green. */
export type ReachabilityReason =
  | {
      readonly kind:
        | 'starting'
        | 'signed-out'
        | 'standing-by'
        | 'forwarded'
        | 'do-not-disturb'
        | 'audio-starting'
        | 'no-speaker'
        | 'ringer-muted'
        | 'no-microphone'
        | 'toast-off';
    }
  | { readonly kind: 'connecting'; readonly server: string; readonly attempt: number }
  | { readonly kind: 'registering' | 'unregistering'; readonly server: string }
  | { readonly kind: 'waiting'; readonly error: ErrorReport; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly error: ErrorReport }
  /** `since`: wall time in ms when the server last said that it would send calls here. */
  | { readonly kind: 'unconfirmed'; readonly since: number }
  /** `device`: the chosen one; the system's default rings. */
  | { readonly kind: 'ringer-missing'; readonly device: string };

/**
 * Green: the server has said lately that it sends calls here, and here they are heard and seen as set up. Amber: something of that is not
 * so. Red: calls do not come here.
 */
export interface Reachability {
  readonly lamp: 'green' | 'amber' | 'red';
  /** All of them, the one that matters most first; none when it is green. */
  readonly reasons: readonly ReachabilityReason[];
}

/** The server is asked each minute; a binding that it did not confirm for so long may be gone, in ms. */
export const confirmationLastsMs = 180_000;

type Seen = Pick<AppState, 'session' | 'registration' | 'devices' | 'media' | 'settings'>;

/** Whether a call to this line rings here just now, and every reason why not, or not as it should. `now`: wall time in ms. */
export function reachability(app: Seen, now: number): Reachability {
  const absence = absenceOf(app);
  // nobody waits for calls who is not signed in
  if (absence?.kind === 'starting' || absence?.kind === 'signed-out') return { lamp: 'red', reasons: [absence] };
  const shortcomings = [...wishes(app), ...unconfirmed(app, now), ...whatIsMissing(app)];
  if (absence !== null) return { lamp: 'red', reasons: [absence, ...shortcomings] };
  return { lamp: shortcomings.length > 0 ? 'amber' : 'green', reasons: shortcomings };
}

/** Why the server does not send calls here. */
function absenceOf({ session, registration }: Seen): ReachabilityReason | null {
  switch (registration.phase) {
    case 'signed-out':
      return { kind: session.stage === 'signed-out' ? 'signed-out' : 'starting' };
    case 'connecting':
      return { kind: 'connecting', server: registration.server, attempt: registration.attempt };
    case 'registering':
    case 'unregistering':
      return { kind: registration.phase, server: registration.server };
    case 'waiting':
      return { kind: 'waiting', error: registration.error, retryAt: registration.retryAt };
    case 'refused':
      return { kind: 'refused', error: registration.error };
    case 'standing-by':
      return { kind: 'standing-by' };
    case 'registered':
      return null;
  }
}

/** What the person wants of calls that come. Rules for when nobody answers or the line is busy keep no call from ringing. */
function wishes({ settings: { availability } }: Seen): ReachabilityReason[] {
  return [
    ...(availability.always.on ? [{ kind: 'forwarded' } as const] : []),
    ...(availability.doNotDisturb ? [{ kind: 'do-not-disturb' } as const] : []),
  ];
}

function unconfirmed({ registration }: Seen, now: number): ReachabilityReason[] {
  if (registration.phase !== 'registered') return [];
  const since = Math.max(registration.confirmedAt, registration.since);
  return now - since >= confirmationLastsMs ? [{ kind: 'unconfirmed', since }] : [];
}

/** What keeps a call from being heard, taken and seen. */
function whatIsMissing({ media, devices, settings: { audio, notifications } }: Seen): ReachabilityReason[] {
  const card: ReachabilityReason[] = notifications.incomingToast ? [] : [{ kind: 'toast-off' }];
  // what is plugged in is known from the audio part
  if (!media.ready) return [{ kind: 'audio-starting' }, ...card];
  const { inputs, outputs } = devices;
  const missing = audio.ringer !== null && findChosen(outputs, audio.ringer) === undefined ? audio.ringer.label : null;
  return [
    ...(outputs.length === 0 ? [{ kind: 'no-speaker' } as const] : []),
    ...(audio.ringVolume === 0 ? [{ kind: 'ringer-muted' } as const] : []),
    ...(outputs.length > 0 && missing !== null ? [{ kind: 'ringer-missing', device: missing } as const] : []),
    ...(inputs.length === 0 ? [{ kind: 'no-microphone' } as const] : []),
    ...card,
  ];
}
