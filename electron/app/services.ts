import { safeStorage, type UtilityProcess, utilityProcess } from 'electron';
import type { LaunchRequest } from '#shared/launch/launch-request.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { noPlacement, type Placement, placementSchema } from '#shared/windows/placement.ts';
import { CallService } from '../calls/call-service.ts';
import type { MediaPort } from '../media/media-port.ts';
import { practiceOfficePort } from '../office/practice-office.ts';
import { PracticeOfficeLocator } from '../office/practice-office-locator.ts';
import { UtilityProcessRobots } from '../office/robots/utility-process-robots.ts';
import { PeopleDirectory } from '../people/people-directory.ts';
import { type OfficePort, SessionService } from '../profiles/session-service.ts';
import { Line } from '../sip/line.ts';
import { HistoryDatabase } from '../storage/history-database.ts';
import { SecretStore } from '../storage/secret-store.ts';
import { SettingsStore } from '../storage/settings-store.ts';
import { VersionedDocument } from '../storage/versioned-document.ts';
import type { Foundation } from './foundation.ts';

export interface Services {
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly history: HistoryDatabase;
  readonly placement: VersionedDocument<Placement>;
  readonly people: PeopleDirectory;
  readonly media: MediaPort;
  readonly calls: CallService;
  readonly session: SessionService;
}

export interface ServiceOptions {
  readonly foundation: Foundation;
  readonly launch: LaunchRequest;
  readonly media: MediaPort;
  readonly userAgentName: string;
  readonly historyChanged: () => void;
}

/** The well-known port of STUN (RFC 8489). */
const stunPort = 3478;

/** How long calls get to end in order before the registration goes, in ms. */
const endCallsMs = 1_500;

/** Builds the services and joins them; starts none. */
export function buildServices(
  { foundation, launch, media, userAgentName, historyChanged }: ServiceOptions,
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
  const people = owned.add(new PeopleDirectory());
  const calls = owned.add(
    new CallService({
      media,
      clock,
      logger: loggers.logger('calls'),
      newCallId: newId,
      ringVolume: () => settings.get().audio.ringVolume,
      nameOf: (number) => people.nameOf(number),
      writeHistory: (entry) => {
        history.put(entry);
        historyChanged();
      },
    }),
  );
  const session = owned.add(
    new SessionService({
      settings: { account: () => settings.get().account, save: (account) => settings.update({ account }) },
      secrets,
      office: buildOffice(foundation, launch, owned),
      createLine: (account, password) =>
        new Line({
          account,
          password,
          instanceId: settings.get().instanceId,
          userAgentName,
          media,
          clock,
          random,
          logger: loggers.logger('sip'),
          onMessage: (message) => ladder.record({ ...message, at: clock.wallMs() }),
        }),
      endCalls: () => endCalls(calls, foundation),
      clock,
      newId,
      logger: loggers.logger('session'),
    }),
  );
  owned.add(session.onLineChanged((line) => calls.setLine(line)));
  owned.add(session.onStateChanged(({ account }) => people.setAccount(account)));
  return { settings, secrets, history, placement, people, media, calls, session };
}

function buildOffice({ clock, random, folders, loggers }: Foundation, launch: LaunchRequest, owned: DisposableStore): OfficePort {
  const logger = loggers.logger('office');
  const fork = (): UtilityProcess => utilityProcess.fork(folders.robots, [], { serviceName: 'Practice office robots' });
  const robots = owned.add(new UtilityProcessRobots({ fork, clock, logger }));
  const office = owned.add(
    new PracticeOfficeLocator({
      folder: folders.office,
      clock,
      random,
      logger,
      port: launch.practicePort ?? practiceOfficePort,
      stunPort: launch.practicePort === null ? stunPort : 0,
      robots,
    }),
  );
  return {
    ensure: async () => (await office.ensure()).server,
    credentialsFor: (user) => office.credentialsFor(user),
  };
}

async function endCalls(calls: CallService, { clock }: Foundation): Promise<void> {
  if (!calls.hasLiveCalls) return;
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
