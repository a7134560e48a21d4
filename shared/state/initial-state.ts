import { defaultSettings } from '../settings/settings.ts';
import type { AppState } from './app-state.ts';

/** The state before anything was read or started. */
export function initialState(app: AppState['app']): AppState {
  return {
    session: { stage: 'starting', account: null, error: null },
    registration: { phase: 'signed-out' },
    calls: [],
    people: [],
    settings: defaultSettings,
    devices: { inputs: [], outputs: [] },
    media: { ready: false },
    history: { version: 0, unseenMissed: 0 },
    notices: [],
    app,
  };
}
