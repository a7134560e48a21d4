import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { AppState } from '#shared/state/app-state.ts';

/** Why the lamp is not green. */
export type ReachabilityReason =
  | {
      readonly kind:
        | 'starting'
        | 'signed-out'
        | 'standing-by'
        | 'audio-starting'
        | 'no-microphone'
        | 'no-speaker'
        | 'do-not-disturb'
        | 'forwarded'
        | 'toast-off';
    }
  | { readonly kind: 'connecting'; readonly server: string; readonly attempt: number }
  | { readonly kind: 'registering' | 'unregistering'; readonly server: string }
  | { readonly kind: 'waiting'; readonly error: ErrorReport; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly error: ErrorReport };

/** Green: an incoming call rings here. Amber: it does, but not as set up. Red: it does not. */
export type Reachability =
  { readonly lamp: 'green'; readonly server: string } | { readonly lamp: 'amber' | 'red'; readonly reason: ReachabilityReason };

/** Whether a call to this line rings here just now, and if not as it should, the most important reason. */
export function reachability(app: Pick<AppState, 'session' | 'registration' | 'devices' | 'media' | 'settings'>): Reachability {
  const { registration } = app;
  const red = (reason: ReachabilityReason): Reachability => ({ lamp: 'red', reason });
  switch (registration.phase) {
    case 'signed-out':
      return red({ kind: app.session.stage === 'signed-out' ? 'signed-out' : 'starting' });
    case 'connecting':
      return red({ kind: 'connecting', server: registration.server, attempt: registration.attempt });
    case 'registering':
    case 'unregistering':
      return red({ kind: registration.phase, server: registration.server });
    case 'waiting':
      return red({ kind: 'waiting', error: registration.error, retryAt: registration.retryAt });
    case 'refused':
      return red({ kind: 'refused', error: registration.error });
    case 'standing-by':
      return red({ kind: 'standing-by' });
    case 'registered': {
      const shortcoming = whatIsMissing(app);
      return shortcoming === null ? { lamp: 'green', server: registration.server } : { lamp: 'amber', reason: { kind: shortcoming } };
    }
  }
}

function whatIsMissing(app: Pick<AppState, 'devices' | 'media' | 'settings'>) {
  const { doNotDisturb, always } = app.settings.availability;
  if (!app.media.ready) return 'audio-starting';
  if (app.devices.inputs.length === 0) return 'no-microphone';
  if (app.devices.outputs.length === 0) return 'no-speaker';
  if (doNotDisturb) return 'do-not-disturb';
  if (always.on) return 'forwarded';
  return app.settings.notifications.incomingToast ? null : 'toast-off';
}
