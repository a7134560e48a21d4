import type { AppState } from '#shared/state/app-state.ts';
import { initialState } from '#shared/state/initial-state.ts';

/** A state before anybody signed in. */
export function sampleState(changes: Partial<AppState> = {}): AppState {
  return {
    ...initialState({ version: '0.0.0', system: '', profile: '', theme: 'light', language: 'en', passwordKept: true }),
    session: { stage: 'signed-out', account: null, error: null },
    ...changes,
  };
}
