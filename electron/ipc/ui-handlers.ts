import type { HistoryEntry, HistoryPage, HistoryQuery } from '#shared/calls/history-entry.ts';
import type { IceServerProof } from '#shared/network/ice/report.ts';
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
  /** Rules for calls that come; where the server does them it is told first. */
  readonly availability: { update(patch: NonNullable<SettingsPatch['availability']>): Promise<void> };
  readonly callbacks: { request(number: string, name: string): Promise<void>; cancel(id: string): Promise<void> };
  readonly messages: { send(target: string, text: string): Promise<void>; dismiss(id: string): void };
  readonly recordings: {
    /** Null when the person changed their mind. */
    chooseFolder(): Promise<string | null>;
    /** @param id a line of the call list */
    show(id: string): Promise<void>;
  };
  /** The question what to do about other devices of the number. */
  readonly guard: { keepBoth(): void };
  readonly setProxyPassword: (user: string, password: string) => void;
  readonly checks: {
    checkNat(lifetime: boolean): void;
    checkIce(): void;
    stop(): void;
    /** @param id a server of the settings */
    testServer(id: string): Promise<IceServerProof>;
  };
  readonly doctor: {
    start(options: { readonly echo: boolean }): void;
    stop(): void;
  };
  /** Writes a text to a file of the person's choice; null when they changed their mind. */
  readonly saveReport: (text: string) => Promise<string | null>;
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
  const { state, session, calls, media, history, availability, callbacks, messages, recordings, guard, checks, doctor } = services;
  const { conference } = calls;
  return {
    'state.get': () => state.snapshot(),
    'session.sign-in': (request) => done(session.signIn(request)),
    'session.sign-in-practice-office': ({ user }) => done(void session.signInPracticeOffice(user)),
    'session.cancel-sign-in': () => done(session.cancelSignIn()),
    'session.sign-out': async () => done(await session.signOut()),
    'session.sign-in-again': async () => done(await session.signInAgain()),
    'session.trust-certificate': ({ host, port, fingerprint }) => done(session.trustCertificate(host, port, fingerprint)),
    'session.retry-now': () => done(session.retryNow()),
    'session.take-over': () => done(session.takeOver()),
    'session.keep-both': () => done(guard.keepBoth()),
    'session.stand-by': () => done(session.standBy()),
    'session.ring-here': () => done(session.ringHere()),
    'session.set-proxy-password': ({ user, password }) => done(services.setProxyPassword(user, password)),
    'network.check-nat': ({ lifetime }) => done(checks.checkNat(lifetime)),
    'network.check-ice': () => done(checks.checkIce()),
    'network.stop-checks': () => done(checks.stop()),
    'network.test-server': ({ id }) => checks.testServer(id),
    'doctor.start': ({ echo }) => done(doctor.start({ echo })),
    'doctor.stop': () => done(doctor.stop()),
    'doctor.save-report': async ({ text }) => ({ path: await services.saveReport(text) }),
    'call.dial': ({ target, options }) => ({ call: calls.dial(target, options) }),
    'call.redial': () => ({ call: calls.redial() }),
    'call.answer': ({ call }) => done(calls.answer(call)),
    'call.decline': ({ call, as }) => done(calls.decline(call, as)),
    'call.deflect': ({ call, target }) => done(calls.deflect(call, target)),
    'call.reply': ({ call, text }) => done(calls.reply(call, text)),
    'call.hang-up': ({ call }) => done(calls.hangUp(call)),
    'call.set-muted': ({ call, muted }) => done(calls.setMuted(call, muted)),
    'call.set-held': ({ call, held }) => done(calls.setHeld(call, held)),
    'call.send-dtmf': ({ call, digits }) => done(calls.sendDtmf(call, digits)),
    'call.swap': ({ call }) => done(calls.swap(call)),
    'call.transfer': ({ call, target }) => done(calls.transfer(call, target)),
    'call.consult': ({ call, target }) => ({ call: calls.consult(call, target) }),
    'call.complete-transfer': ({ call }) => done(calls.completeTransfer(call)),
    'call.back-to-caller': ({ call }) => done(calls.backToCaller(call)),
    'call.connect': ({ call, other }) => done(calls.connect(call, other)),
    'call.answer-referral': ({ call, accept }) => done(calls.answerReferral(call, accept)),
    'call.set-recording': ({ call, on }) => done(calls.setRecording(call, on)),
    'call.park': ({ call, slot }) => done(calls.park(call, slot)),
    'call.retrieve': ({ slot }) => ({ call: calls.retrieve(slot) }),
    'call.pick-up': ({ number }) => ({ call: calls.pickUp(number) }),
    'conference.join': ({ calls: members }) => done(conference.join(members)),
    'conference.remove': ({ call }) => done(conference.remove(call)),
    'conference.set-silenced': ({ call, silenced }) => done(conference.setSilenced(call, silenced)),
    'conference.set-held': ({ held }) => done(conference.setHeld(held)),
    'conference.set-muted': ({ muted }) => done(conference.setMuted(muted)),
    'conference.leave': () => done(conference.leave()),
    'conference.end': () => done(conference.end()),
    'callback.request': async ({ number, name }) => done(await callbacks.request(number, name)),
    'callback.cancel': async ({ id }) => done(await callbacks.cancel(id)),
    'message.send': async ({ target, text }) => done(await messages.send(target, text)),
    'message.dismiss': ({ id }) => done(messages.dismiss(id)),
    'availability.update': async (patch) => done(await availability.update(patch)),
    'recording.choose-folder': async () => ({ path: await recordings.chooseFolder() }),
    'recording.show': async ({ id }) => done(await recordings.show(id)),
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
