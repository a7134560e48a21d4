import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { app, clipboard, session as electronSession, shell } from 'electron';
import type { LaunchRequest } from '#shared/launch/launch-request.ts';
import type { AppState, Policy } from '#shared/state/app-state.ts';
import { initialPolicy, initialState } from '#shared/state/initial-state.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { StateStore } from '../ipc/state-store.ts';
import { uiHandlers } from '../ipc/ui-handlers.ts';
import { SupportReport } from '../logging/support-report.ts';
import { PolicyFile, policyPath } from '../policy/policy-file.ts';
import { MediaService } from '../media/media-service.ts';
import { MediaWindow } from '../media/media-window.ts';
import { pages } from '../shell/app-scheme.ts';
import { securePreferences } from '../shell/web-preferences.ts';
import { announceHistory, bindState } from './bind-state.ts';
import { buildConnectivity, connectivityState } from './connectivity.ts';
import { watchFaults } from './faults.ts';
import { chooseFolder, saveText, showRecording } from './file-dialogs.ts';
import { foldersOf } from './folders.ts';
import { layFoundation } from './foundation.ts';
import { iceConfigurationOf, icePasswordKey } from './ice-configuration.ts';
import { buildServices, type Services } from './services.ts';
import { Shutdown } from './shutdown.ts';
import { followSystem } from './system-events.ts';
import { WindowCommands } from './window-commands.ts';
import { askToCut, buildWindows, prepareSession, resolveLook, type Windows } from './windows.ts';

export interface ComposeOptions {
  readonly launch: LaunchRequest;
  /** The user's folder for Commute, shared by its profiles. */
  readonly base: string;
  /** Where the main script lies. */
  readonly mainFolder: string;
}

export interface Commute {
  /**
   * What can be done before Electron is ready: reads the settings, connects the line, and returns when its first REGISTER is on
   * the wire or has become unlikely to be soon.
   */
  begin(): Promise<void>;
  /** Everything that people see. */
  start(): Promise<void>;
}

/** A server next door answers within this time; for others the window does not wait. In ms. */
const firstWordMs = 80;

/** A start is over this long after the window came up: what was compiled for it is kept for the next. In ms. */
const startOverMs = 3_000;

/** The only place that constructs services and joins them. */
export function compose({ launch, base, mainFolder }: ComposeOptions): Commute {
  const owned = new DisposableStore();
  const foundation = layFoundation(foldersOf(base, launch.profile, mainFolder), owned, () => randomUUID(), !app.isPackaged);
  const { clock, folders, loggers, ladder, log, notices, newId } = foundation;
  const logger = loggers.logger('app');
  owned.add(
    watchFaults(
      process,
      logger,
      (error) => notices.add(error),
      () => log.flushSync(),
    ),
  );

  const channel = new MediaWindow({ url: pages.media, preferences: securePreferences(folders.preload('media')) });
  const media = owned.add(new MediaService({ channel, clock, logger: loggers.logger('media') }));
  let policy: Policy = initialPolicy;
  const passwordReady = Promise.withResolvers<undefined>();
  const services: Services = buildServices(
    {
      foundation,
      launch,
      media,
      userAgentName: `Commute/${app.getVersion()}`,
      policy: () => policy,
      cardState: () => (windows !== undefined && windows.toast.showsCall !== null ? 'shown' : 'off'),
      historyChanged: () => announceHistory({ state, history: services.history }),
      passwordReady: passwordReady.promise,
    },
    owned,
  );
  const { settings, secrets, history, calls, session, recordings, features, ways, guard } = services;

  const appFacts = (): AppState['app'] => {
    const { theme, language } = settings.get().appearance;
    return {
      version: app.getVersion(),
      system: systemName(),
      profile: launch.profile,
      ...resolveLook(theme, language),
      passwordKept: secrets.persistence === 'kept',
    };
  };
  const state: StateStore = owned.add(
    new StateStore(
      initialState({
        version: app.getVersion(),
        system: systemName(),
        profile: launch.profile,
        theme: 'light',
        language: 'en',
        passwordKept: true,
      }),
      queueMicrotask,
    ),
  );
  owned.add(bindState({ ...services, state, notices, appFacts }));
  const connectivity = buildConnectivity(foundation, services, media, owned);
  const showConnectivity = (): void => state.set('connectivity', connectivityState(connectivity, services));
  for (const part of [connectivity.checks, connectivity.doctor, guard]) owned.add(part.onChanged(showConnectivity));

  const configureMedia = (): void => {
    const { ice, audio } = settings.get();
    media.configure({ ice: iceConfigurationOf(ice, (key) => secrets.get(key)), audio });
  };

  const commands = new WindowCommands((command) => windows?.send(command));
  let windows: Windows | undefined;

  const handlers = uiHandlers({
    state,
    session,
    calls,
    media,
    history: {
      list: (query) => history.list(query),
      remove: (ids) => andAnnounce(history.remove(ids)),
      restore: (entries) => andAnnounce(history.restore(entries)),
      markSeen: () => andAnnounce(history.markSeen()),
    },
    availability: features.availability,
    callbacks: features.callbacks,
    messages: features.messages,
    recordings: {
      chooseFolder: () => chooseFolder(settings.get().recording.folder),
      show: (id) => showRecording(history.find(id)?.recording ?? null),
    },
    guard,
    setProxyPassword: (user, password) => {
      ways.setProxyPassword(user, password);
      session.retryNow();
    },
    checks: connectivity.checks,
    doctor: connectivity.doctor,
    saveReport: (text) => saveText(text, 'commute-report.txt'),
    updateSettings: (patch) => settings.update(patch),
    setIcePassword: (id, password) => {
      if (password === '') secrets.remove(icePasswordKey(id));
      else secrets.set(icePasswordKey(id), password);
      configureMedia();
    },
    ringVolume: () => settings.get().audio.ringVolume,
    ladder: (callIds) => callIds.map((callId) => ladder.ladder(callId)).join('\n\n'),
    takeCommand: () => commands.take(),
    dismissNotice: (id) => notices.dismiss(id),
    copyText: (text) => {
      void clipboard.writeText(text);
    },
    exportReport: () => new SupportReport({ log, ladder, clock, about: about() }).collect(folders.reports),
    showLogs: () => {
      void shell.openPath(folders.logs);
    },
  });

  let mediaStarted = false;
  function startMedia(): void {
    if (mediaStarted) return;
    mediaStarted = true;
    media.start().catch((error: unknown) => logger.error('The media window did not start', { error: String(error) }));
  }

  /** Passes a result on after the open lists were told. */
  function andAnnounce<T>(result: T): T {
    announceHistory({ state, history });
    return result;
  }

  const shutdown = new Shutdown({
    hasLiveCalls: () => calls.hasLiveCalls,
    askToCut: () => askToCut(state.state.app.language),
    leave: async () => {
      await session.leave();
      await recordings.finishAll();
      await Promise.all([settings.flush(), secrets.flush(), services.placement.flush()]);
      owned.dispose();
    },
    exit: () => app.exit(),
    logger,
  });

  return {
    async begin() {
      app.on('before-quit', (event) => {
        if (shutdown.isGone) return;
        event.preventDefault();
        void shutdown.request();
      });
      // A window's place that cannot be read is no loss worth telling.
      const policyFile = new PolicyFile({ path: policyPath(process.platform, process.env['ProgramData']), logger });
      const [settingsProblem, secretsProblem, rules] = await Promise.all([
        settings.load(),
        secrets.load(),
        policyFile.read(),
        services.placement.load(),
      ]);
      for (const problem of [settingsProblem, secretsProblem, rules.problem]) if (problem !== undefined) notices.add(problem);
      policy = rules.policy;
      state.set('policy', policy);
      if (settings.get().instanceId === '') settings.update({ instanceId: newId() });
      features.start();
      calls.start();
      if (settings.get().account?.kind !== 'server') return;
      const firstWord = new Promise<void>((resolve) => {
        owned.add(session.onRegistrationChanged(({ phase }) => phase !== 'connecting' && resolve()));
        owned.add(session.onStateChanged(({ stage }) => stage === 'signed-out' && resolve()));
        owned.add(clock.schedule(firstWordMs, resolve));
      });
      void session.restore();
      await firstWord;
    },

    async start() {
      await app.whenReady();
      ways.system.becameReady();
      session.checkPassword();
      passwordReady.resolve(undefined);
      prepareSession(electronSession.defaultSession, foundation);
      state.set('settings', settings.get());
      state.set('app', appFacts());
      const built = buildWindows(
        {
          foundation,
          state,
          calls,
          handlers,
          commands,
          toastWanted: () => settings.get().notifications.incomingToast,
          placement: services.placement,
        },
        owned,
      );
      windows = built;
      const { main } = built;
      owned.add(settings.onChanged(configureMedia));
      owned.add(main.onClosed(() => void shutdown.request().then((gone) => !gone && main.show())));
      owned.add(
        main.onShown(() => {
          startMedia();
          history.start();
          services.journal.start();
          recordings.begin();
          andAnnounce(undefined);
          owned.add(clock.schedule(startOverMs, flushCompileCache));
        }),
      );
      followSystem(
        {
          clock,
          showWindow: () => main.show(),
          prefillDial: (target) => commands.give({ name: 'prefill-dial', target }),
          lookChanged: () => state.set('app', appFacts()),
          watch: { busy: () => calls.hasLiveCalls, server: () => calls.serverAddress },
          addressesChanged: (addresses) => calls.networkChanged(addresses),
          renewPaths: (why) => {
            ways.system.networkChanged();
            connectivity.checks.networkChanged();
            media.renewWarmPeer();
            session.retryNow(why);
          },
        },
        owned,
      );
      if (launch.dialTarget !== null) commands.give({ name: 'prefill-dial', target: launch.dialTarget });
      main.show();
      configureMedia();
      // Two pages that load at once are both late; a call that comes before the window was drawn does not wait for it.
      owned.add(calls.onChanged(startMedia));
      if (session.state.stage === 'starting') await session.restore();
    },
  };

  function about(): Record<string, string> {
    const { electron = '', chrome = '', node = '' } = process.versions;
    return {
      version: app.getVersion(),
      electron,
      chrome,
      node,
      system: systemName(),
    };
  }
}

function systemName(): string {
  return `${process.platform} ${process.arch} ${process.getSystemVersion()}`;
}
