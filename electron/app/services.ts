import { safeStorage, type UtilityProcess, utilityProcess } from 'electron';
import type { RingRecord } from '#shared/calls/ring-record.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { LaunchRequest } from '#shared/launch/launch-request.ts';
import { featuresOnChange } from '#shared/settings/feature-presets.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { noPlacement, type Placement, placementSchema } from '#shared/windows/placement.ts';
import { CallService } from '../calls/call-service.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { Policy } from '#shared/state/app-state.ts';
import type { PracticeOfficeLocator } from '../office/practice-office-locator.ts';
import { PeopleDirectory } from '../people/people-directory.ts';
import { Recordings } from '../recordings/recordings.ts';
import { CallJournal } from '../storage/call-journal.ts';
import type { OfficePort } from '../profiles/session-ports.ts';
import { RegistrationGuard } from '../profiles/registration-guard.ts';
import { SessionService } from '../profiles/session-service.ts';
import { Line } from '../sip/line.ts';
import { HistoryDatabase } from '../storage/history-database.ts';
import { SecretStore } from '../storage/secret-store.ts';
import { SettingsStore } from '../storage/settings-store.ts';
import { VersionedDocument } from '../storage/versioned-document.ts';
import type { Foundation } from './foundation.ts';
import { buildWays, type Ways } from './ways.ts';
import { buildServerFeatures, followCalls, type ServerFeatures } from './server-features.ts';

export interface Services {
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly history: HistoryDatabase;
  readonly placement: VersionedDocument<Placement>;
  readonly people: PeopleDirectory;
  readonly media: MediaPort;
  readonly recordings: Recordings;
  readonly journal: CallJournal;
  readonly features: ServerFeatures;
  readonly calls: CallService;
  readonly session: SessionService;
  readonly ways: Ways;
  readonly guard: RegistrationGuard;
}

export interface ServiceOptions {
  readonly foundation: Foundation;
  readonly launch: LaunchRequest;
  readonly media: MediaPort;
  readonly userAgentName: string;
  readonly historyChanged: () => void;
  readonly policy: () => Policy;
  /** What became of the card that stays on top, once a ringing call was announced. */
  readonly cardState: () => RingRecord['card'];
  /** When the key store can be asked. */
  readonly passwordReady: Promise<unknown>;
}

/** The well-known port of STUN (RFC 8489). */
const stunPort = 3478;

/** How long calls get to end in order before the registration goes, in ms. */
const endCallsMs = 1_500;

/** Builds the services and joins them; starts none. */
export function buildServices(
  { foundation, launch, media, userAgentName, historyChanged, policy, cardState, passwordReady }: ServiceOptions,
  owned: DisposableStore,
): Services {
  const { clock, random, newId, folders, loggers, ladder, notices } = foundation;
  const settings = owned.add(new SettingsStore({ path: folders.settings, clock, logger: loggers.logger('settings') }));
  const secrets = owned.add(new SecretStore({ path: folders.secrets, clock, logger: loggers.logger('secrets'), safeStorage }));
  const history = owned.add(new HistoryDatabase({ path: folders.history, clock, logger: loggers.logger('history') }));
  const placement = owned.add(
    new VersionedDocument<Placement>({
      path: folders.placement,
      format: { schema: placementSchema, version: 1, upgrades: {}, defaults: noPlacement },
      clock,
      logger: loggers.logger('window'),
    }),
  );
  for (const store of [settings, secrets, history]) owned.add(store.onProblem((problem) => notices.add(problem)));
  const ways = buildWays(foundation, { settings, secrets }, owned);
  const people = owned.add(new PeopleDirectory(() => settings.get().dialling));
  const journal = owned.add(new CallJournal({ history, clock }));
  owned.add(journal.onChanged(historyChanged));
  const recordings = owned.add(
    new Recordings({ media, settings: () => settings.get().recording, policy, clock, logger: loggers.logger('recordings') }),
  );
  const features = buildServerFeatures(foundation, { settings, people }, owned);
  const calls = owned.add(
    new CallService({
      media,
      clock,
      logger: loggers.logger('calls'),
      newCallId: newId,
      rules: () => settings.get(),
      policy,
      nameOf: (number) => people.nameOf(number),
      journal,
      recordings,
      lastDialled: () => history.lastDialled(),
      lastEmergencyAt: () => history.lastEmergencyAt(),
      watchedDialog: (number) => features.lines.dialogOf(number),
      cardState,
      notify: ({ code, details }) => notices.add(new AppError(code, { details })),
    }),
  );
  owned.add(followCalls(calls, features));
  const session = owned.add(
    new SessionService({
      settings: {
        account: () => settings.get().account,
        save: (account) => settings.update({ account, ...featuresOnChange(settings.get().account, account) }),
      },
      secrets,
      office: buildOffice(foundation, launch, owned),
      createLine: (account, password) =>
        new Line({
          account,
          password,
          passwordReady,
          instanceId: settings.get().instanceId,
          userAgentName,
          media,
          connecting: { proxies: ways.proxies, portalEvidence: ways.portalEvidence },
          clock,
          random,
          logger: loggers.logger('sip'),
          // behind the answer: redacting takes longer than answering
          onMessage: (message) => {
            const at = clock.wallMs();
            queueMicrotask(() => ladder.record({ ...message, at }));
          },
        }),
      endCalls: () => endCalls(calls, foundation),
      clock,
      newId,
      logger: loggers.logger('session'),
    }),
  );
  owned.add(
    session.onLineChanged((line) => {
      calls.setLine(line);
      features.setLine(line);
    }),
  );
  owned.add(session.onStateChanged(({ account }) => people.setAccount(account)));
  const guard = owned.add(
    new RegistrationGuard({
      kept: () => settings.get().network.keptDevices,
      keep: (keptDevices) => settings.update({ network: { keptDevices } }),
    }),
  );
  owned.add(session.onRegistrationChanged((status) => guard.registrationChanged(status)));
  owned.add(ways.system.onProxyFound(() => session.retryNow()));
  return { settings, secrets, history, placement, people, media, recordings, journal, features, calls, session, ways, guard };
}

/** The office is loaded when somebody wants it: its certificate maker alone costs a start more than all else. */
function buildOffice({ clock, random, folders, loggers }: Foundation, launch: LaunchRequest, owned: DisposableStore): OfficePort {
  const logger = loggers.logger('office');
  const fork = (): UtilityProcess => utilityProcess.fork(folders.robots, [], { serviceName: 'Practice office robots' });
  const load = async (): Promise<PracticeOfficeLocator> => {
    const [{ PracticeOfficeLocator }, { practiceOfficePort }, { UtilityProcessRobots }] = await Promise.all([
      import('../office/practice-office-locator.ts'),
      import('../office/practice-office.ts'),
      import('../office/robots/utility-process-robots.ts'),
    ]);
    const robots = owned.add(new UtilityProcessRobots({ fork, clock, logger }));
    const port = launch.practicePort ?? practiceOfficePort;
    const office = { folder: folders.office, clock, random, logger, port, stunPort: launch.practicePort === null ? stunPort : 0, robots };
    return owned.add(new PracticeOfficeLocator(office));
  };
  let loading: Promise<PracticeOfficeLocator> | undefined;
  const locator = (): Promise<PracticeOfficeLocator> => (loading ??= load());
  return {
    ensure: async () => (await (await locator()).ensure()).server,
    credentialsFor: async (user) => (await locator()).credentialsFor(user),
  };
}

async function endCalls(calls: CallService, { clock }: Foundation): Promise<void> {
  // a referral that nobody answered goes with the line as well
  if (!calls.hasLiveCalls) return calls.hangUpAll();
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      deadline.dispose();
      watching.dispose();
      resolve();
    };
    const deadline = clock.schedule(endCallsMs, finish);
    const watching = calls.onChanged((views) => {
      if (views.every(({ phase }) => phase === 'ended')) finish();
    });
    calls.hangUpAll();
  });
}
