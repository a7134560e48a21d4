import { z } from 'zod';
import { practiceDirectory, practicePeople } from '#shared/people/practice-people.ts';
import type { Server } from '#shared/profiles/account.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { isCode, loadOfficeIdentity, type OfficeIdentity, reasonOf } from './office-identity.ts';
import { parkNumber } from './features/number-plan.ts';
import { type Robot, RobotAgent } from './robots/robot-agent.ts';
import { robotBehaviours } from './robots/robot-behaviours.ts';
import type { RobotMedia } from './robots/robot-media.ts';
import { DigestGuard } from './sip/digest-guard.ts';
import type { Flow } from './sip/flow.ts';
import { type OfficeInventory, OfficeSwitch } from './sip/office-switch.ts';
import { RouteTokens } from './sip/route-tokens.ts';
import { StunServer } from './stun-server.ts';
import { WebSocketListener } from './websocket-listener.ts';

export interface PracticeOfficeOptions {
  /** Holds the identity file; shared by all profiles of one person on one computer. */
  readonly folder: string;
  /** TCP port of the WebSocket; 0: any free one. */
  readonly port: number;
  /** UDP port of STUN; 0: any free one. */
  readonly stunPort: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly robots: RobotMedia;
}

export interface OfficeAddress {
  readonly server: Server;
  readonly stunPort: number;
}

export interface PracticeCredentials {
  readonly user: string;
  readonly password: string;
  readonly displayName: string;
}

export const practiceOfficePort = 8802;
export const practiceUsers: readonly string[] = practicePeople.flatMap(({ numbers }) => numbers);

const realm = 'practice.office';

/** The embedded PBX of one process: a SIP registrar and forking proxy on secure WebSocket, its robots, and STUN. */
export class PracticeOffice implements Disposable {
  readonly #options: PracticeOfficeOptions;
  readonly #owned = new DisposableStore();
  readonly #robots: RobotAgent[] = [];
  #identity: OfficeIdentity | undefined;
  #switch: OfficeSwitch | undefined;

  constructor(options: PracticeOfficeOptions) {
    this.#options = options;
  }

  /** What is alive, robots' calls included; tests prove with it that nothing stays behind a call. */
  get inventory(): OfficeInventory & { readonly robotActivity: number } {
    const nothing = { flows: 0, bindings: 0, transactions: 0, requests: 0, dialogs: 0, subscriptions: 0 };
    const inventory = this.#switch?.inventory ?? nothing;
    return { ...inventory, robotActivity: this.#robots.reduce((sum, { activity }) => sum + activity, 0) };
  }

  /** Users with at least one device. */
  get registeredUsers(): string[] {
    return this.#switch?.registeredUsers ?? [];
  }

  /** @throws AppError `practice-office-failed`; its cause has the code `EADDRINUSE` when the port is taken. */
  async start(): Promise<OfficeAddress> {
    const { logger, port } = this.#options;
    const identity = await loadOfficeIdentity({ ...this.#options, users: practiceUsers });
    this.#identity = identity;
    try {
      const tokens = new RouteTokens(identity.secret);
      const stunPort = await this.#startStun();
      const bound = await this.#owned.add(this.#listener(identity, tokens)).start(port);
      this.#startSwitch(identity, tokens, `127.0.0.1:${bound}`);
      logger.info('practice office open', { port: bound, stunPort });
      return { server: officeServer(bound, identity.fingerprint), stunPort };
    } catch (error) {
      this.dispose();
      throw new AppError('practice-office-failed', { details: { port, reason: reasonOf(error) }, cause: error });
    }
  }

  /** @throws AppError `user-unknown`; `practice-office-failed` before the start. */
  credentialsFor(user: string): PracticeCredentials {
    if (this.#identity === undefined) throw new AppError('practice-office-failed', { kind: 'bug' });
    return credentialsOf(this.#identity, user);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#robots.length = 0;
    this.#switch = undefined;
  }

  #listener(identity: OfficeIdentity, tokens: RouteTokens): WebSocketListener {
    return new WebSocketListener({
      certificate: identity.certificate,
      key: identity.key,
      logger: this.#options.logger,
      newToken: () => tokens.mint(`flow ${this.#options.random.hex(16)}`),
      onOpened: (flow) => this.#switch?.openFlow(flow),
      onMessage: (flow, bytes) => this.#switch?.receive(flow, bytes) ?? 'taken',
      onClosed: (flow) => this.#switch?.closeFlow(flow),
      status: { token: statusToken(identity), read: (): OfficeStatus => ({ registeredUsers: this.registeredUsers }) },
    });
  }

  /** The well-known port may belong to a real server here; any other serves as well. */
  async #startStun(): Promise<number> {
    const server = this.#owned.add(new StunServer({ ...this.#options, port: this.#options.stunPort }));
    try {
      return await server.start();
    } catch (error) {
      if (!isCode(error, 'EADDRINUSE') || this.#options.stunPort === 0) throw error;
      return this.#owned.add(new StunServer({ ...this.#options, port: 0 })).start();
    }
  }

  #startSwitch(identity: OfficeIdentity, tokens: RouteTokens, address: string): void {
    const { clock, random, logger } = this.#options;
    const robotToken = (number: string): string | undefined => (robotBehaviours.has(number) ? tokens.mint(`robot ${number}`) : undefined);
    const directory = new Map(practiceDirectory.flatMap((person) => person.numbers.map((number) => [number, person] as const)));
    const officeSwitch = this.#owned.add(
      new OfficeSwitch({
        clock,
        random,
        logger,
        tokens,
        directory,
        robotToken,
        address,
        fetchIntoPark: (order, done) => {
          const park = this.#robots.find(({ number }) => number === parkNumber);
          if (park === undefined) done(false);
          else park.fetch(order, done);
        },
        // another key than the one that is kept: a nonce of an earlier office means nothing to this one
        guard: new DigestGuard({ realm, secret: random.hex(32), passwords: new Map(Object.entries(identity.passwords)), clock, random }),
      }),
    );
    this.#switch = officeSwitch;
    officeSwitch.start();
    for (const [number, behaviour] of robotBehaviours) {
      const name = directory.get(number)?.name ?? 'Practice office';
      this.#startRobot({ name, number, behaviour }, address, robotToken(number), officeSwitch);
    }
  }

  /** A robot is a client of the switch on a flow of its own; messages pass as bytes and one turn later, as on a wire. */
  #startRobot(robot: Robot, office: string, token: string | undefined, officeSwitch: OfficeSwitch): void {
    if (token === undefined) return;
    const flow: Flow = {
      token,
      remoteAddress: '127.0.0.1',
      trustedUser: robot.number,
      isOpen: true,
      send: (message) => queueMicrotask(() => agent.receive(message)),
    };
    const { robots: media, clock, random, logger } = this.#options;
    const agent = new RobotAgent({
      robot,
      office,
      media,
      clock,
      random,
      logger: logger.child('robot'),
      send: (message) => queueMicrotask(() => officeSwitch.receive(flow, message)),
    });
    this.#robots.push(this.#owned.add(agent));
    agent.start();
    officeSwitch.openFlow(flow);
  }
}

/** What an office tells the other Commutes of the same person. */
export const officeStatusSchema = z.object({ registeredUsers: z.array(z.string().max(128)).max(1000) });
export type OfficeStatus = z.infer<typeof officeStatusSchema>;

/** Proves that who asks for the status can read the identity file. */
export function statusToken(identity: OfficeIdentity): string {
  return new RouteTokens(identity.secret).mint('status');
}

/** The address of an office on this computer. */
export function officeServer(port: number, fingerprint: string): Server {
  return { host: '127.0.0.1', port, transport: 'wss', path: '/', trust: { kind: 'pinned', fingerprint } };
}

/** @throws AppError `user-unknown`. */
export function credentialsOf(identity: OfficeIdentity, user: string): PracticeCredentials {
  const person = practicePeople.find(({ numbers }) => numbers.includes(user));
  const password = identity.passwords[user];
  if (person === undefined || password === undefined) throw new AppError('user-unknown', { details: { user } });
  return { user, password, displayName: person.name };
}
