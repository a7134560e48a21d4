import { defaultSettings } from '../settings/settings.ts';
import type { AppState, Policy } from './app-state.ts';

/** Nothing is locked. */
export const initialPolicy: Policy = { recording: 'free' };

/** The state before anything was read or started. */
export function initialState(app: AppState['app']): AppState {
  return {
    session: { stage: 'starting', account: null, error: null },
    registration: { phase: 'signed-out' },
    connectivity: { nat: null, ice: null, doctor: null, checking: [], undecided: [] },
    calls: [],
    people: [],
    lines: [],
    parked: [],
    callbacks: [],
    messages: [],
    availability: { pending: false, error: null },
    policy: initialPolicy,
    settings: defaultSettings,
    devices: { inputs: [], outputs: [] },
    media: { ready: false },
    history: { version: 0, unseenMissed: 0 },
    notices: [],
    app,
  };
}
