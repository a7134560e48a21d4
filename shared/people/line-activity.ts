import type { DialogState, LineState } from './line-state.ts';

/** A line whose watch is answered: what its dialogs come to. Ringing wins over busy, because a ringing call can be picked up. */
export function lineActivityOf(dialogs: readonly DialogState[]): 'idle' | 'ringing' | 'busy' {
  const live = dialogs.filter(({ state }) => state !== 'terminated');
  if (live.some(isRinging)) return 'ringing';
  return live.length > 0 ? 'busy' : 'idle';
}

/** The dialog that rings at the watched line; undefined when none does. One that a pickup can name is preferred. */
export function ringingDialog(dialogs: readonly DialogState[]): DialogState | undefined {
  const ringing = dialogs.filter(isRinging);
  return ringing.find(({ dialog }) => dialog !== null) ?? ringing[0];
}

/** What a window shows of a watched line. `known`: the server tells about it. */
export function lineStateOf(number: string, known: boolean, dialogs: readonly DialogState[]): LineState {
  if (!known) return { number, activity: 'unknown', remote: null };
  const live = dialogs.filter(({ state }) => state !== 'terminated');
  const shown = ringingDialog(live) ?? live.find(({ state }) => state === 'confirmed') ?? live[0];
  return { number, activity: lineActivityOf(dialogs), remote: shown?.remote ?? null };
}

/** Somebody calls that line. A line that itself calls is busy, whatever rings at the far end. */
function isRinging({ state, direction }: DialogState): boolean {
  const isEarly = state === 'trying' || state === 'proceeding' || state === 'early';
  return isEarly && (direction === 'recipient' || (direction === null && state === 'early'));
}
