import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { ToastView } from '#shared/ipc/toast-contract.ts';
import type { Settings, SettingsPatch } from '#shared/settings/settings.ts';
import type { AppState } from '#shared/state/app-state.ts';

/** What the scripted main behind a page knows at the beginning. */
export interface FakeMain {
  readonly state: AppState;
  readonly history: readonly HistoryEntry[];
  readonly toast: ToastView | null;
  /** Requests that fail, with their error. */
  readonly failing: Readonly<Record<string, ErrorReport>>;
}

/** What a test reaches in the page as `window.commuteTest`. */
export interface FakeMainControl {
  /** Every request so far. */
  readonly asked: { name: string; params: unknown }[];
  /** Changes slices of the state, as main would. */
  patch(slices: Partial<AppState>): void;
  emit(name: string, value: unknown): void;
}

/**
 * Gives a page `window.commute` with a scripted main behind it. Runs inside the page before its own scripts and is handed
 * over as text, so nothing outside of it can be used.
 */
export function installFakeMain(initial: FakeMain): void {
  let state = initial.state;
  let revision = 1;
  let history = [...initial.history];
  const asked: { name: string; params: unknown }[] = [];
  const listeners = new Set<{ name: string; listener: (value: unknown) => void }>();

  const emit = (name: string, value: unknown): void => {
    for (const entry of listeners) if (entry.name === name) entry.listener(value);
  };
  const patch = (slices: Partial<AppState>): void => {
    state = { ...state, ...slices };
    revision += 1;
    emit('state.patch', { revision, patch: slices });
  };
  const historyChanged = (): void => patch({ history: { ...state.history, version: state.history.version + 1 } });
  const newestFirst = (a: HistoryEntry, b: HistoryEntry): number => b.startedAt - a.startedAt;

  interface Query {
    filter: string;
    search: string;
    before: { startedAt: number } | null;
    limit: number;
  }
  const matches = (entry: HistoryEntry, { filter, search, before }: Query): boolean =>
    (filter === 'all' || filter === entry.outcome || filter === entry.direction) &&
    `${entry.name} ${entry.number}`.toLowerCase().includes(search.toLowerCase()) &&
    (before === null || entry.startedAt < before.startedAt);

  const answers: Record<string, (params: never) => unknown> = {
    'state.get': () => ({ revision, state }),
    'toast.get': () => initial.toast,
    'call.dial': () => ({ call: 'call-new' }),
    'call.ladder': () => ({ text: 'INVITE sip:201@127.0.0.1 SIP/2.0' }),
    'call.set-muted': ({ call, muted }: { call: string; muted: boolean }) => {
      patch({ calls: state.calls.map((one) => (one.id === call ? { ...one, muted } : one)) });
      return {};
    },
    'call.set-held': ({ call, held }: { call: string; held: boolean }) => {
      patch({ calls: state.calls.map((one) => (one.id === call ? { ...one, hold: { ...one.hold, local: held } } : one)) });
      return {};
    },
    'call.send-dtmf': ({ call, digits }: { call: string; digits: string }) => {
      patch({ calls: state.calls.map((one) => (one.id === call ? { ...one, sentDigits: one.sentDigits + digits } : one)) });
      return {};
    },
    'history.list': (query: Query) => {
      const found = history.filter((entry) => matches(entry, query));
      return { entries: found.slice(0, query.limit), more: found.length > query.limit };
    },
    'history.remove': ({ ids }: { ids: string[] }) => {
      const removed = history.filter(({ id }) => ids.includes(id));
      history = history.filter(({ id }) => !ids.includes(id));
      historyChanged();
      return { removed };
    },
    'history.restore': ({ entries }: { entries: HistoryEntry[] }) => {
      history = [...history, ...entries].sort(newestFirst);
      historyChanged();
      return {};
    },
    'history.mark-seen': () => {
      patch({ history: { ...state.history, unseenMissed: 0 } });
      return {};
    },
    'settings.update': (changes: SettingsPatch) => {
      const sections = Object.entries(changes).map(([name, section]) => [
        name,
        { ...(state.settings[name as keyof Settings] as object), ...section },
      ]);
      patch({ settings: { ...state.settings, ...Object.fromEntries(sections) } });
      return {};
    },
    'availability.update': (changes: Partial<Settings['availability']>) => {
      patch({ settings: { ...state.settings, availability: { ...state.settings.availability, ...changes } } });
      return {};
    },
    'recording.choose-folder': () => ({ path: '/home/mara/Recordings' }),
    'network.test-server': ({ id }: { id: string }) => {
      const uri = state.settings.ice.servers.find((server) => server.id === id)?.uri ?? '';
      const works = !uri.includes('old');
      const error = works ? null : { code: 'stun-unreachable', details: { server: uri } };
      return { id, uri, works, roundTripMs: works ? 41 : null, address: works ? '203.0.113.77' : null, error };
    },
    'doctor.save-report': () => ({ path: '/home/mara/commute-doctor.txt' }),
    'audio.microphone-level': () => ({ level: 0.12 }),
    'app.take-command': () => ({ command: null }),
    'app.export-report': () => ({ path: '/home/mara/commute-report.txt' }),
    'notice.dismiss': ({ id }: { id: string }) => {
      patch({ notices: state.notices.filter((notice) => notice.id !== id) });
      return {};
    },
  };

  const page = globalThis as unknown as Record<string, unknown>;
  page['commute'] = {
    request: (name: string, params: never) => {
      // what every page asks at its beginning says nothing about what a person did
      if (name !== 'app.take-command') asked.push({ name, params });
      const error = initial.failing[name];
      return Promise.resolve(error ? { ok: false, error } : { ok: true, value: answers[name]?.(params) ?? {} });
    },
    on: (name: string, listener: (value: unknown) => void) => {
      const entry = { name, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
  page['commuteTest'] = { asked, patch, emit } satisfies FakeMainControl;
}
