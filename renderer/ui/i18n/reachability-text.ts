import type { PathKind } from '#shared/network/path.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Reachability, ReachabilityReason } from '#shared/state/reachability.ts';
import { takenOverText } from './device-text.ts';
import type { Texts } from './text.ts';

/** How the line reaches its server just now; null when it does not. */
export function pathOf(registration: RegistrationStatus): PathKind | null {
  return registration.phase === 'registered' || registration.phase === 'standing-by' ? registration.path : null;
}

/** Why the lamp has its colour, in words: the reason that matters most; seen from `now` (wall ms). */
export function reachabilityText(texts: Texts, { reasons: [first] }: Reachability, now: number): string {
  return first === undefined ? texts.t('reachability.green') : reasonText(texts, first, now);
}

/** When the next attempt to connect is, seen from `now` (wall ms); empty when none is waited for. */
export function nextTryText({ t, formats }: Texts, { reasons: [first] }: Reachability, now: number): string {
  if (first?.kind !== 'waiting') return '';
  const left = Math.ceil((first.retryAt - now) / 1000) * 1000;
  return left > 0 ? t('reachability.nextTry', { time: formats.duration(left) }) : t('reachability.tryingNow');
}

/** One reason in words; seen from `now` (wall ms). */
export function reasonText(texts: Texts, reason: ReachabilityReason, now: number): string {
  const { t, error, formats } = texts;
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
    case 'ringer-muted':
      return t('reachability.ringerMuted');
    case 'ringer-missing':
      return t('reachability.ringerMissing', { device: reason.device });
    case 'unconfirmed':
      return t('reachability.unconfirmed', { time: formats.moment(reason.since, now) });
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
      return reason.error.code === 'taken-over' ? takenOverText(texts, reason.error, now) : error(reason.error).title;
  }
}
