import type { RepairCause, RepairStrategy } from './call-state.ts';

/** How long sound may take to come back after one repair step was negotiated, before the next is tried. */
export const repairStepMs = 2_000;

/** After this many steps the call stays up without sound and says so; the person decides. */
export const repairAttemptLimit = 8;

/**
 * Chooses the next repair step. Asterisk answers a re-INVITE from a new peer connection but never renegotiates DTLS, so
 * with it a lost window means takeover at once; everybody else is asked the plain way first. A path that never stood is treated
 * like a lost window: restarting ICE does not wake a DTLS handshake that is stuck.
 * @param attempt 0 for the first step
 * @param farEndProduct `Server` or `User-Agent` of the far end
 * @returns null when nothing is left to try
 */
export function nextRepairStep(cause: RepairCause, attempt: number, farEndProduct: string): RepairStrategy | null {
  if (attempt >= repairAttemptLimit) return null;
  const keepsDtls = /asterisk/i.test(farEndProduct);
  if (cause !== 'path-lost') {
    if (keepsDtls) return 'replace';
    return attempt % 2 === 0 ? 'renegotiate' : 'replace';
  }
  if (attempt < 2) return 'restart-ice';
  return attempt % 2 === 0 ? 'replace' : 'restart-ice';
}
