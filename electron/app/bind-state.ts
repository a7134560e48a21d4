import type { PeopleDirectory } from '../people/people-directory.ts';
import type { CallService } from '../calls/call-service.ts';
import type { StateStore } from '../ipc/state-store.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { SessionService } from '../profiles/session-service.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { HistoryDatabase } from '../storage/history-database.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Notices } from './notices.ts';
import type { ServerFeatures } from './server-features.ts';

export interface BoundServices {
  readonly state: StateStore;
  readonly settings: SettingsStore;
  readonly session: SessionService;
  readonly calls: CallService;
  readonly media: MediaPort;
  readonly people: PeopleDirectory;
  readonly features: ServerFeatures;
  readonly history: HistoryDatabase;
  readonly notices: Notices;
  /** What the `app` slice says now: theme and language depend on settings and system. */
  readonly appFacts: () => AppState['app'];
}

/** Copies what services announce into the state that windows replicate. Slices have one writer each: the lines below. */
export function bindState(services: BoundServices): Disposable {
  const { state, settings, session, calls, media, people, features, notices } = services;
  const bound = new DisposableStore();
  bound.add(session.onStateChanged((value) => state.set('session', value)));
  bound.add(session.onRegistrationChanged((value) => state.set('registration', value)));
  bound.add(calls.onChanged((value) => state.set('calls', [...value])));
  bound.add(people.onChanged((value) => state.set('people', [...value])));
  bound.add(features.lines.onChanged((value) => state.set('lines', [...value])));
  bound.add(features.parked.onChanged((value) => state.set('parked', [...value])));
  bound.add(features.callbacks.onChanged((value) => state.set('callbacks', [...value])));
  bound.add(features.messages.onChanged((value) => state.set('messages', [...value])));
  bound.add(features.availability.onChanged((value) => state.set('availability', value)));
  bound.add(notices.onChanged((value) => state.set('notices', [...value])));
  bound.add(media.onReadyChanged((ready) => state.set('media', { ready })));
  bound.add(media.onDevicesChanged((devices) => state.set('devices', devices)));
  bound.add(
    settings.onChanged((value) => {
      state.set('settings', value);
      state.set('app', services.appFacts());
    }),
  );
  return bound;
}

/** The call list changed: open lists ask again, and the badge counts anew. */
export function announceHistory({ state, history }: Pick<BoundServices, 'state' | 'history'>): void {
  state.set('history', { version: state.state.history.version + 1, unseenMissed: history.unseenMissedCount() });
}
