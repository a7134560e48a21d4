import type { CallView, EndReason, Party, Referral, RepairNote } from '#shared/calls/call.ts';
import { displayText, partyName } from '#shared/people/display-text.ts';
import type { Texts } from './text.ts';

/** Whom the call is with; never empty. */
export function callName(texts: Texts, call: Pick<CallView, 'remote'>): string {
  return partyLabel(texts, call.remote);
}

/** What to call somebody; never empty. */
export function partyLabel({ t }: Texts, party: Party): string {
  return partyName(party) || t('call.unknown');
}

/** Number, whom the call came for and who sent it here: what of it is known and not said by the name already. */
export function callOrigin(texts: Texts, call: CallView): string[] {
  const number = displayText(call.remote.number);
  return [
    number === callName(texts, call) ? '' : number,
    call.calledAs === null ? '' : texts.t('call.for', { name: partyName(call.calledAs) }),
    call.redirectedBy === null ? '' : texts.t('call.redirectedBy', { name: partyName(call.redirectedBy) }),
  ].filter((part) => part !== '');
}

/** How far a transfer has come; empty when none is under way. */
export function transferText(texts: Texts, { transfer }: Pick<CallView, 'transfer'>): string {
  return transfer === null ? '' : texts.t(`call.transferring.${transfer.progress}`, { name: partyLabel(texts, transfer.to) });
}

/** What is offered under "Reply by message": what the person wrote for it, else some texts of the language. */
export function replyTexts({ t }: Texts, configured: readonly string[]): readonly string[] {
  return configured.length > 0 ? configured : [t('call.replies.soon'), t('call.replies.meeting'), t('call.replies.write')];
}

/** Why a call ended, and who else had a part in it. */
export function endReasonText({ t, error }: Texts, reason: EndReason): string {
  switch (reason.kind) {
    case 'hung-up':
      return t(`call.end-reason.hung-up-${reason.by}`);
    case 'failed':
      return error(reason.error).title;
    case 'declined':
      if (reason.who !== null) return t('call.end-reason.declined-by', { name: partyName(reason.who) });
      return t(`call.end-reason.declined-${reason.by}`);
    case 'answered-elsewhere':
    case 'busy':
      if (reason.who !== null) return t(`call.end-reason.${reason.kind}-by`, { name: partyName(reason.who) });
      return t(`call.end-reason.${reason.kind}`);
    case 'transferred':
      return t('call.end-reason.transferred', { name: partyName(reason.to) });
    case 'forwarded':
      return t(reason.why === 'by-hand' ? 'call.end-reason.forwarded' : `call.end-reason.forwarded-${reason.why}`, { name: reason.to });
    case 'parked':
      return t('call.end-reason.parked', { slot: reason.slot });
    case 'cancelled':
    case 'missed':
    case 'not-answered':
    case 'not-disturbed':
      return t(`call.end-reason.${reason.kind}`);
  }
}

/** Whom the far end, which may have hung up since, wants us to call. */
export function referralText(texts: Texts, { phase, remote }: CallView, { by, to }: Referral): string {
  const names = { by: partyLabel(texts, by ?? remote), name: partyLabel(texts, to) };
  return texts.t(phase === 'referred' ? 'call.referralLeft' : 'call.referral', names);
}

/** From then on a repair has taken so long that the person is told that they need not wait. */
const longRepairMs = 60_000;

/** Whether a call is being repaired for so long that nobody need wait. */
export function isLongRepair({ repairingSince }: Pick<CallView, 'repairingSince'>, now: number): boolean {
  return repairingSince !== null && now - repairingSince >= longRepairMs;
}

/** One step of a repair: what was tried, why, and what came of it. */
export function repairNoteText({ t }: Texts, { step, because, outcome }: RepairNote): string {
  const what = t('call.repairs.what', { step: t(`call.repairs.step.${step}`), because: t(`call.repairs.because.${because}`) });
  return `${what}, ${t(`call.repairs.outcome.${outcome}`)}`;
}

/** What the call is doing now, for its card. */
export function callStatusText(texts: Texts, call: CallView, now: number): string {
  const { t, formats } = texts;
  if (call.phase === 'ended' && call.endReason !== null) return endReasonText(texts, call.endReason);
  if (call.phase !== 'connected') return t(`call.phase.${call.phase}`);
  if (call.repairingSince !== null) {
    const time = formats.duration(Math.max(0, now - call.repairingSince));
    return t(call.repair?.offline === true ? 'call.waitingForNetwork' : 'call.repairing', { time });
  }
  const name = callName(texts, call);
  if (call.hold.local && call.hold.remote) return t('call.heldByBoth', { name });
  if (call.hold.local) return t('call.onHold');
  return call.hold.remote ? t('call.heldBy', { name }) : t('call.phase.connected');
}
