import type { Reachability, ReachabilityReason } from '../store/reachability.ts';
import type { Texts } from './text.ts';

/** Why the lamp has its colour, in words. */
export function reachabilityText(texts: Texts, state: Reachability): string {
  return state.lamp === 'green' ? texts.t('reachability.green') : reasonText(texts, state.reason);
}

/** When the next attempt to connect is, seen from `now` (wall ms); empty when none is waited for. */
export function nextTryText({ t, formats }: Texts, state: Reachability, now: number): string {
  if (state.lamp !== 'red' || state.reason.kind !== 'waiting') return '';
  const left = Math.ceil((state.reason.retryAt - now) / 1000) * 1000;
  return left > 0 ? t('reachability.nextTry', { time: formats.duration(left) }) : t('reachability.tryingNow');
}

function reasonText({ t, error }: Texts, reason: ReachabilityReason): string {
  switch (reason.kind) {
    case 'starting':
      return t('reachability.starting');
    case 'signed-out':
      return t('reachability.signedOut');
    case 'standing-by':
      return t('reachability.standingBy');
    case 'audio-starting':
      return t('reachability.audioStarting');
    case 'no-microphone':
      return t('reachability.noMicrophone');
    case 'no-speaker':
      return t('reachability.noSpeaker');
    case 'do-not-disturb':
      return t('reachability.doNotDisturb');
    case 'forwarded':
      return t('reachability.forwarded');
    case 'toast-off':
      return t('reachability.toastOff');
    case 'connecting':
      return t(reason.attempt > 1 ? 'reachability.connectingAgain' : 'reachability.connecting', {
        server: reason.server,
        attempt: reason.attempt,
      });
    case 'registering':
      return t('reachability.registering', { server: reason.server });
    case 'unregistering':
      return t('reachability.unregistering', { server: reason.server });
    case 'waiting':
    case 'refused':
      return error(reason.error).title;
  }
}
