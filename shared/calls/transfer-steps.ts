import type { ErrorReport } from '../errors/app-error.ts';
import { ending, gone } from './call-endings.ts';
import { changed, isHeld, isInTransfer, nameOfParty, same, troubled } from './call-facts.ts';
import type { Call, CallEvent, CallVerb, ConnectedCall, Step, TransferUnderWay } from './call-state.ts';

/** Music should play before the far end is asked, but a hold that does not come must not keep it. */
export const transferHoldMs = 4_000;

/** Longer than any server lets a target ring (RFC 3261 timer C): after it nothing more will be told. */
export const transferMs = 200_000;

/** Asks the far end to call somebody else. */
export function beginTransfer(call: Call, { to, target, slot, holdFirst }: Extract<CallVerb, { type: 'transfer' }>): Step {
  if (call.phase !== 'connected' || isInTransfer(call) || call.emergency) return same(call);
  const isQuiet = call.hold.local && isHeld(call);
  if (!holdFirst || isQuiet) return ask({ ...call, transfer: { to, target, slot, stage: 'asked' } });
  return changed(
    { ...call, transfer: { to, target, slot, stage: 'holding' }, holdWish: true },
    { type: 'hold-sip', held: true },
    { type: 'set-deadline', name: 'transfer', afterMs: transferHoldMs },
  );
}

/** The hold came, was refused, or takes too long: the far end is asked. */
export function askWhenQuiet(call: ConnectedCall): Step {
  if (call.transfer?.stage !== 'holding') return same(call);
  return ask({ ...call, transfer: { ...call.transfer, stage: 'asked' } });
}

function ask(call: ConnectedCall & { readonly transfer: TransferUnderWay }): Step {
  return changed(call, { type: 'refer', to: call.transfer.target }, { type: 'set-deadline', name: 'transfer', afterMs: transferMs });
}

type TransferNews = Extract<CallEvent, { type: 'transfer-accepted' | 'transfer-ringing' | 'transfer-succeeded' | 'transfer-failed' }>;

/** What the far end tells of its call to the target (RFC 3515 section 2.4.5). */
export function transferNews(call: Call, event: TransferNews): Step {
  if (call.phase !== 'connected' || call.transfer === null) return same(call);
  const { transfer } = call;
  switch (event.type) {
    case 'transfer-accepted':
      return transfer.stage === 'asked' ? changed({ ...call, transfer: { ...transfer, stage: 'accepted' } }) : same(call);
    case 'transfer-ringing':
      if (transfer.stage !== 'asked' && transfer.stage !== 'accepted') return same(call);
      return changed({ ...call, transfer: { ...transfer, stage: 'ringing' } });
    case 'transfer-succeeded':
      return ending(call, gone(transfer), { type: 'hang-up-sip' });
    case 'transfer-failed':
      return transfer.stage === 'failed' ? same(call) : transferFailed(call, transfer, event.error);
  }
}

export function transferOverdue(call: ConnectedCall): Step {
  if (!isInTransfer(call) || call.transfer === null) return same(call);
  if (call.transfer.stage === 'holding') return askWhenQuiet(call);
  return transferFailed(call, call.transfer, { code: 'transfer-target-not-answered', details: {} });
}

/** The far end is still there: it can be taken back, and the card says why. */
function transferFailed(call: ConnectedCall, transfer: TransferUnderWay, error: ErrorReport): Step {
  const code = transfer.slot === null ? error.code : 'park-failed';
  const details = { ...error.details, name: nameOfParty(transfer.to) };
  return troubled({ ...call, transfer: isHeld(call) ? { ...transfer, stage: 'failed' } : null }, { code, details });
}
