import type { CallView, EndReason } from '#shared/calls/call.ts';
import { partyName } from '#shared/people/display-text.ts';
import type { Texts } from './text.ts';

/** Whom the call is with; never empty. */
export function callName({ t }: Texts, call: Pick<CallView, 'remote'>): string {
  return partyName(call.remote) || t('call.unknown');
}

/** Why a call ended. */
export function endReasonText({ t, error }: Texts, reason: EndReason): string {
  switch (reason.kind) {
    case 'hung-up':
      return t(`call.end-reason.hung-up-${reason.by}`);
    case 'declined':
      return t(`call.end-reason.declined-${reason.by}`);
    case 'failed':
      return error(reason.error).title;
    case 'cancelled':
    case 'missed':
    case 'answered-elsewhere':
    case 'busy':
    case 'not-answered':
      return t(`call.end-reason.${reason.kind}`);
  }
}

/** What the call is doing now, for its card. */
export function callStatusText(texts: Texts, call: CallView, now: number): string {
  const { t, formats } = texts;
  if (call.phase === 'ended' && call.endReason !== null) return endReasonText(texts, call.endReason);
  if (call.phase !== 'connected') return t(`call.phase.${call.phase}`);
  if (call.repairingSince !== null) return t('call.repairing', { time: formats.duration(Math.max(0, now - call.repairingSince)) });
  if (call.hold.local && call.hold.remote) return t('call.heldByBoth');
  if (call.hold.local) return t('call.onHold');
  return call.hold.remote ? t('call.heldByThem') : t('call.phase.connected');
}
