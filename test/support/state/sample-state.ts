import { defaultSettings } from '#shared/settings/settings.ts';
import type { AppState } from '#shared/state/app-state.ts';

/** A state before anybody signed in. */
export function sampleState(changes: Partial<AppState> = {}): AppState {
  return {
    session: { stage: 'signed-out', account: null, error: null },
    registration: { phase: 'signed-out' },
    calls: [],
    people: [],
    settings: defaultSettings,
    devices: { inputs: [], outputs: [] },
    media: { ready: false },
    history: { version: 0, unseenMissed: 0 },
    notices: [],
    app: { version: '0.0.0', profile: '', theme: 'light', language: 'en', passwordKept: true },
    ...changes,
  };
}
