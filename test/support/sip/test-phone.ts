import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { Line } from '#electron/sip/line.ts';
import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import type { Account } from '#shared/profiles/account.ts';
import { silentLogger } from '#shared/util/logger.ts';
import type { Asterisk } from '#test/support/lab/asterisk.ts';
import { WeriftMedia } from './werift-media.ts';

/** What happens on a call, one event of one type. */
type News<T extends SipCallEvent['type']> = Extract<SipCallEvent, { type: T }>;

/** A whole phone without windows: Commute's line with real media, and ears for its events. */
export class TestPhone {
  readonly line: Line;
  readonly media: WeriftMedia;
  readonly events: SipCallEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #read = new Map<string, number>();
  #calls = 0;

  constructor(asterisk: Asterisk, user: string, toneHz: number) {
    this.media = new WeriftMedia(toneHz, asterisk.host);
    this.line = new Line({
      account: accountOf(asterisk, user),
      password: () => `lab${user}`,
      instanceId: crypto.randomUUID(),
      userAgentName: 'Commute/test',
      media: this.media,
      clock: new SystemClock(),
      random: new SystemRandom(),
      logger: silentLogger,
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
  dial(target: string): string {
    const id = `call-${++this.#calls}`;
    this.line.invite(id, target);
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

  async dispose(): Promise<void> {
    await this.line.unregister();
    this.line.dispose();
    this.media.dispose();
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
        reject(new Error(`waited 10 s in vain; call ${call} had ${this.types(call).join(', ')}`));
      }, 10_000);
      this.#waiting.add(look);
      look();
    });
  }
}

const terminal: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);

function accountOf(asterisk: Asterisk, user: string): Account {
  const { hostname, port, pathname } = new URL(asterisk.wssUrl);
  return {
    id: user,
    kind: 'server',
    user,
    authUser: null,
    displayName: `Lab ${user}`,
    domain: null,
    servers: [{ host: hostname, port: Number(port), transport: 'wss', path: pathname, trust: { kind: 'ca-file', path: asterisk.caFile } }],
    registerExpires: 300,
  };
}
