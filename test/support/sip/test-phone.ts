import { X509Certificate } from 'node:crypto';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { Line } from '#electron/sip/line.ts';
import type { InviteOptions, SipCallEvent } from '#electron/sip/sip-line.ts';
import type { WireMessage } from '#electron/sip/user-agent.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import type { Clock } from '#shared/util/clock.ts';
import { silentLogger } from '#shared/util/logger.ts';
import type { Asterisk } from '#test/support/lab/asterisk.ts';
import type { OfficeFixture } from '#test/support/office/office-fixture.ts';
import type { MediaPath } from './media-path.ts';
import { WeriftMedia } from './werift-media.ts';

/** Whose requests cross may be asked to wait up to ten seconds (RFC 3261 section 14.2). */
const patienceMs = 15_000;

/** What happens on a call, one event of one type. */
type News<T extends SipCallEvent['type']> = Extract<SipCallEvent, { type: T }>;

export interface TestPhoneOptions {
  readonly account: Account;
  readonly password: string;
  /** What its microphone hears. */
  readonly toneHz: number;
  /** The way that its media takes; straight to the far end without. */
  readonly path?: MediaPath;
}

/** A whole phone without windows: Commute's line with real media, and ears for its events. */
export class TestPhone {
  readonly line: Line;
  readonly media: WeriftMedia;
  /** What who talks to it hears. */
  readonly toneHz: number;
  readonly events: SipCallEvent[] = [];
  /** Every message that crossed the wire. */
  readonly wire: WireMessage[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #read = new Map<string, number>();
  #calls = 0;

  constructor({ account, password, toneHz, path }: TestPhoneOptions) {
    this.toneHz = toneHz;
    this.media = new WeriftMedia(toneHz, account.servers[0]?.host, path);
    this.line = new Line({
      account,
      password: () => password,
      instanceId: crypto.randomUUID(),
      userAgentName: 'Commute/test',
      media: this.media,
      clock: new SystemClock(),
      random: new SystemRandom(),
      logger: silentLogger,
      onMessage: (message) => {
        this.wire.push(message);
        for (const look of [...this.#waiting]) look();
      },
    });
    this.line.onCallEvent((event) => {
      this.events.push(event);
      for (const look of [...this.#waiting]) look();
    });
  }

  async signIn(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`not registered: ${JSON.stringify(this.line.registration)}`)), 10_000);
      const subscription = this.line.onRegistrationChanged((status) => {
        if (status.phase !== 'registered') return;
        clearTimeout(timeout);
        subscription.dispose();
        resolve();
      });
      this.line.start();
    });
  }

  /** Dials and returns the call's id. */
  dial(target: string, options: Partial<InviteOptions> = {}): string {
    const id = `call-${++this.#calls}`;
    this.line.invite(id, target, { anonymous: false, shownNumber: null, referral: null, pickUp: null, ...options });
    return id;
  }

  /** Types of all events of one call so far. */
  types(call: string): string[] {
    return this.events.filter((event) => event.call === call).map((event) => event.type);
  }

  /** The next INVITE that comes in. */
  ringing(): Promise<News<'invite-received'>> {
    return this.#next('', (event) => event.type === 'invite-received') as Promise<News<'invite-received'>>;
  }

  /** The next event of the call that has this type; others before it are passed over, a terminal one fails the test. */
  async expect<T extends SipCallEvent['type']>(call: string, type: T): Promise<News<T>> {
    const event = await this.#next(call, (candidate) => candidate.type === type || terminal.has(candidate.type));
    if (event.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(event)}`);
    return event as News<T>;
  }

  /** How a call ended, whichever way it was. */
  over(call: string): Promise<SipCallEvent> {
    return this.#next(call, ({ type }) => terminal.has(type));
  }

  /** Resolves as soon as a request of this method was received, counted from a place in `wire` on. */
  async received(method: string, from: number): Promise<void> {
    const seen = (): boolean =>
      this.wire.slice(from).some(({ direction, text }) => direction === 'received' && text.startsWith(`${method} `));
    while (!seen()) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  /** Ends every call that is not over; resolves when they are. */
  async hangUpAll(): Promise<void> {
    const calls = new Set(this.events.map((event) => event.call));
    const open = [...calls].filter((call) => !this.types(call).some((type) => terminal.has(type)));
    await Promise.all(
      open.map((call) => {
        const over = this.over(call);
        this.line.hangUp(call);
        return over;
      }),
    );
  }

  async dispose(): Promise<void> {
    await this.line.unregister();
    this.line.dispose();
    this.media.dispose();
  }

  /** What a failed wait needs to be understood. */
  #lastMessages(): string[] {
    return this.wire.slice(-12).map(({ direction, text }) => `${direction === 'received' ? '<' : '>'} ${text.slice(0, 600)}`);
  }

  #next(call: string, matches: (event: SipCallEvent) => boolean): Promise<SipCallEvent> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        for (let index = this.#read.get(call) ?? 0; index < this.events.length; index++) {
          const event = this.events[index];
          if (event === undefined || (call !== '' && event.call !== call) || !matches(event)) continue;
          this.#read.set(call, index + 1);
          clearTimeout(timeout);
          this.#waiting.delete(look);
          resolve(event);
          return;
        }
      };
      const timeout = setTimeout(() => {
        this.#waiting.delete(look);
        const had = this.events.filter((event) => event.call === call).map((event) => JSON.stringify(event));
        reject(
          new Error(
            [`waited ${patienceMs / 1_000} s in vain; the call had`, ...had, 'and the wire, at last', ...this.#lastMessages()].join('\n'),
          ),
        );
      }, patienceMs);
      this.#waiting.add(look);
      look();
    });
  }
}

const terminal: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);

/** One of the lab's extensions, by secure WebSocket. */
export function asteriskPhone(asterisk: Pick<Asterisk, 'wssUrl' | 'caFile'>, user: string, toneHz: number): TestPhone {
  const { hostname, port, pathname } = new URL(asterisk.wssUrl);
  const server: Server = {
    host: hostname,
    port: Number(port),
    transport: 'wss',
    path: pathname,
    trust: { kind: 'ca-file', path: asterisk.caFile },
  };
  return new TestPhone({ account: accountAt([server], user), password: `lab${user}`, toneHz });
}

/** Somebody of the practice office. @param servers the ways to it, in their order */
export function officePhone(
  fixture: OfficeFixture<Clock>,
  user: string,
  toneHz: number,
  servers: readonly Server[] = [officeServer(fixture)],
  path?: MediaPath,
): TestPhone {
  const { password } = fixture.office.credentialsFor(user);
  return new TestPhone({ account: accountAt(servers, user), password, toneHz, ...(path === undefined ? {} : { path }) });
}

export function officeServer(fixture: OfficeFixture<Clock>): Server {
  const fingerprint = new X509Certificate(fixture.certificate).fingerprint256;
  return { host: '127.0.0.1', port: fixture.port, transport: 'wss', path: '/', trust: { kind: 'pinned', fingerprint } };
}

function accountAt(servers: readonly Server[], user: string): Account {
  return {
    id: user,
    kind: 'server',
    user,
    authUser: null,
    displayName: `Lab ${user}`,
    domain: null,
    servers: [...servers],
    registerExpires: 300,
  };
}
