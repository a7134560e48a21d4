import type { Reachability, ReachabilityReason } from '../store/reachability.ts';
import type { Texts } from './text.ts';

/** Why the lamp has its colour, in words; `now` in wall ms for the time until the next attempt. */
export function reachabilityText(texts: Texts, state: Reachability, now: number): string {
  return state.lamp === 'green' ? texts.t('reachability.green') : reasonText(texts, state.reason, now);
}

function reasonText({ t, error, formats }: Texts, reason: ReachabilityReason, now: number): string {
  switch (reason.kind) {
    case 'starting':
      return t('reachability.starting');
    case 'signed-out':
      return t('reachability.signedOut');
    case 'audio-starting':
      return t('reachability.audioStarting');
    case 'no-microphone':
      return t('reachability.noMicrophone');
    case 'no-speaker':
      return t('reachability.noSpeaker');
    case 'toast-off':
      return t('reachability.toastOff');
    case 'connecting':
      return reason.attempt > 1
        ? t('reachability.connectingAgain', reasonValues(reason))
        : t('reachability.connecting', reasonValues(reason));
    case 'registering':
      return t('reachability.registering', reasonValues(reason));
    case 'unregistering':
      return t('reachability.unregistering', reasonValues(reason));
    case 'refused':
      return error(reason.error).title;
    case 'waiting': {
      const { title } = error(reason.error);
      const left = Math.ceil((reason.retryAt - now) / 1000) * 1000;
      return left > 0
        ? t('reachability.retryIn', { reason: title, time: formats.duration(left) })
        : t('reachability.retrying', { reason: title });
    }
  }
}

function reasonValues(reason: { readonly server: string; readonly attempt?: number }) {
  return { server: reason.server, attempt: reason.attempt ?? 1 };
}
