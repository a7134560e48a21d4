import { unreachable } from '../util/assert.ts';
import type { RepairCause, RepairStep } from './call.ts';
import type { RepairMeans } from './call-state.ts';

/** How long sound may take to come back after a step was negotiated, before the next is tried. */
export const repairStepMs = 2_000;

/**
 * The same after a first restart of ICE. Where one works, sound is there in less than half a second. Where Chromium keeps checking
 * Asterisk's port with the credentials before (one restart in three), it never comes, and a second restart helps.
 */
export const firstRestartMs = 1_200;

/** How long a step may take that negotiates nothing. */
export const localStepMs = 1_000;

/** So many steps follow each other at once; later ones come at a slow pace, for as long as the far end holds the dialog. */
export const quickSteps = 8;

/** Time from one slow step to the next. */
export const slowStepMs = 15_000;

/** A far end that sends nothing although the path stands. Whoever was never heard may have nothing to say: it keeps its dialog. */
const silence: Readonly<Record<'fell-silent' | 'never-heard', readonly RepairStep[]>> = {
  'fell-silent': ['reopen-audio', 'refresh', 'restart-ice', 'replace', 'relay'],
  'never-heard': ['reopen-audio', 'refresh', 'restart-ice'],
};

/**
 * Chooses the next repair step. Asterisk answers a re-INVITE from a new peer connection but never renegotiates DTLS, so
 * with it a lost window means takeover at once; everybody else is asked the plain way first. A path that never stood is treated
 * like a lost window: restarting ICE does not wake a DTLS handshake that is stuck.
 * @param attempt 0 for the first step
 * @returns null when nothing is left to try: the far end is silent for reasons of its own
 */
export function nextRepairStep(cause: RepairCause, attempt: number, { farEndProduct, hasRelay }: RepairMeans): RepairStep | null {
  switch (cause) {
    case 'window-lost':
    case 'path-missing':
      return /asterisk/i.test(farEndProduct) || attempt % 2 === 1 ? 'replace' : 'renegotiate';
    case 'path-lost':
    case 'network-changed':
      if (attempt >= 2 && attempt % 2 === 0) return 'replace';
      return hasRelay && attempt % 4 === 3 ? 'relay' : 'restart-ice';
    case 'fell-silent':
    case 'never-heard':
      return silence[cause].filter((step) => hasRelay || step !== 'relay')[attempt] ?? null;
    case 'not-sending':
      return attempt === 0 ? 'reopen-audio' : null;
    default:
      return unreachable(cause, 'repair cause');
  }
}

/** How long a step may take from its order on. A far end that answers late gets its time anew when it has: `soundDueMs`. */
export function patienceMs(step: RepairStep, attempt: number): number {
  if (step === 'reopen-audio') return localStepMs;
  return attempt < quickSteps ? repairStepMs * 2 : slowStepMs;
}

/** How long sound may take after a step was negotiated. Null: as long as it had anyway. */
export function soundDueMs(step: RepairStep, attempt: number): number | null {
  if (attempt >= quickSteps) return null;
  return step === 'restart-ice' && attempt === 0 ? firstRestartMs : repairStepMs;
}

/** What is worse takes the repair of what is less bad over. */
const severity: Readonly<Record<RepairCause, number>> = {
  'not-sending': 0,
  'never-heard': 1,
  'fell-silent': 1,
  'path-lost': 2,
  'network-changed': 2,
  'path-missing': 3,
  'window-lost': 3,
};

/** Whether a repair begins anew because of this: each new network is a new chance, and a window can die again. */
export function beginsAnew(running: RepairCause, next: RepairCause): boolean {
  return next === 'network-changed' || next === 'window-lost' || severity[next] > severity[running];
}

export function worseOf(running: RepairCause, next: RepairCause): RepairCause {
  return severity[running] > severity[next] ? running : next;
}
