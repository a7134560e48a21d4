import type { HistoryEntry, HistoryPage, HistoryQuery } from '#shared/calls/history-entry.ts';
import type { UiContract, WindowCommand } from '#shared/ipc/ui-contract.ts';
import type { SettingsPatch } from '#shared/settings/settings.ts';
import type { CallService } from '../calls/call-service.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { SessionService } from '../profiles/session-service.ts';
import type { Handlers } from './ipc-door.ts';
import type { StateStore } from './state-store.ts';

export interface UiServices {
  readonly state: StateStore;
  readonly session: SessionService;
  readonly calls: CallService;
  readonly media: MediaPort;
  readonly history: {
    list(query: HistoryQuery): HistoryPage;
    remove(ids: readonly string[]): HistoryEntry[];
    restore(entries: readonly HistoryEntry[]): void;
    markSeen(): void;
  };
  readonly updateSettings: (patch: SettingsPatch) => void;
  readonly setIcePassword: (id: string, password: string) => void;
  readonly ringVolume: () => number;
  /** The SIP messages of a call as text. */
  readonly ladder: (sipCallIds: readonly string[]) => string;
  readonly takeCommand: () => WindowCommand | null;
  readonly dismissNotice: (id: string) => void;
  readonly copyText: (text: string) => void;
  readonly exportReport: () => Promise<string>;
  readonly showLogs: () => void;
}

/** What the main window's requests do: one line each, because the work is done by the services that other surfaces use too. */
export function uiHandlers(services: UiServices): Handlers<UiContract> {
  const { state, session, calls, media, history } = services;
  return {
    'state.get': () => state.snapshot(),
    'session.sign-in': (request) => done(session.signIn(request)),
    'session.sign-in-practice-office': ({ user }) => done(void session.signInPracticeOffice(user)),
    'session.cancel-sign-in': () => done(session.cancelSignIn()),
    'session.sign-out': async () => done(await session.signOut()),
    'session.sign-in-again': async () => done(await session.signInAgain()),
    'session.trust-certificate': ({ host, port, fingerprint }) => done(session.trustCertificate(host, port, fingerprint)),
    'session.retry-now': () => done(session.retryNow()),
    'call.dial': ({ target }) => ({ call: calls.dial(target) }),
    'call.answer': ({ call }) => done(calls.answer(call)),
    'call.decline': ({ call }) => done(calls.decline(call)),
    'call.hang-up': ({ call }) => done(calls.hangUp(call)),
    'call.set-muted': ({ call, muted }) => done(calls.setMuted(call, muted)),
    'call.set-held': ({ call, held }) => done(calls.setHeld(call, held)),
    'call.send-dtmf': ({ call, digits }) => done(calls.sendDtmf(call, digits)),
    'call.ladder': ({ call }) => ({ text: services.ladder(calls.sipCallIds(call)) }),
    'call.probe-tone': ({ call, direction, durationMs }) => calls.probeTone(call, direction, durationMs),
    'history.list': (query) => history.list(query),
    'history.remove': ({ ids }) => ({ removed: history.remove(ids) }),
    'history.restore': ({ entries }) => done(history.restore(entries)),
    'history.mark-seen': () => done(history.markSeen()),
    'settings.update': (patch) => done(services.updateSettings(patch)),
    'settings.set-ice-password': ({ id, password }) => done(services.setIcePassword(id, password)),
    'audio.test-sound': ({ output }) => {
      if (output === 'ringer') media.startTone('test-ringer', 'test', services.ringVolume());
      else media.startTone('test-speaker', 'test', 0.5);
      return {};
    },
    'audio.microphone-level': async () => ({ level: await media.microphoneLevel() }),
    'notice.dismiss': ({ id }) => done(services.dismissNotice(id)),
    'app.take-command': () => ({ command: services.takeCommand() }),
    'app.copy-text': ({ text }) => done(services.copyText(text)),
    'app.export-report': async () => ({ path: await services.exportReport() }),
    'app.show-logs': () => done(services.showLogs()),
  };
}

/** Requests without a result answer with an empty object; the call in the argument is the work. */
function done(_work: unknown): Record<string, never> {
  return {};
}
