import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NetworkLab } from '../lab/network-lab.ts';
import { SoundLog } from './sound-log.ts';

/** What the phone at the other end says of itself. */
export type FarEndNews =
  | { readonly type: 'heard'; readonly at: readonly number[] }
  | { readonly type: 'call'; readonly event: string; readonly call: string }
  | { readonly type: 'registration'; readonly phase: string }
  | { readonly type: 'tone'; readonly hz: number; readonly level: number };

const patienceMs = 15_000;
const endings: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'terminated', 'closed', 'failed']);

/** A phone beside the server, which takes every call, sends a tone and listens: it never moves, so what it hears is our doing. */
export class FarEnd {
  readonly user: string;
  /** When it heard us. */
  readonly sound = new SoundLog();
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(news: FarEndNews) => void>();
  #call: string | undefined;
  #phase = 'signed-out';

  private constructor(child: ChildProcess, user: string) {
    this.#child = child;
    this.user = user;
    const { stdout } = child;
    if (stdout === null) throw new Error('The far end has no output.');
    createInterface({ input: stdout }).on('line', (line) => {
      const news = JSON.parse(line) as FarEndNews;
      if (news.type === 'heard') this.sound.add(news.at);
      if (news.type === 'registration') this.#phase = news.phase;
      if (news.type === 'call') this.#call = endings.has(news.event) ? undefined : news.call;
      for (const listener of [...this.#listeners]) listener(news);
    });
  }

  /** @param user one of the lab's extensions of WebRTC with G.711 (207 to 209) */
  static async start(lab: NetworkLab, user: string, toneHz: number): Promise<FarEnd> {
    const module = fileURLToPath(new URL('./far-end-child.ts', import.meta.url));
    const order = JSON.stringify({ user, wssUrl: lab.wssUrls.public, caFile: lab.caFile, toneHz });
    const farEnd = new FarEnd(lab.spawn('internet', [process.execPath, module, order], { stdio: ['pipe', 'pipe', 'inherit'] }), user);
    await farEnd.signedIn();
    return farEnd;
  }

  /** Whether it is in a call. */
  get inCall(): boolean {
    return this.#call !== undefined;
  }

  /** Resolves when it is registered. */
  async signedIn(): Promise<void> {
    if (this.#phase === 'registered') return;
    await this.#next('registered', (news) => (news.type === 'registration' && news.phase === 'registered' ? news : undefined));
  }

  /** Listens for 0.4 s of sound. @returns the frequency of the tone in Hz, 0 when there was none */
  async hearTone(): Promise<number> {
    if (this.#call === undefined) return 0;
    const tone = this.#next('a tone', (news) => (news.type === 'tone' ? news : undefined));
    this.#child.stdin?.write(`${this.#call}\n`);
    const { hz, level } = await tone;
    return level > 0.01 ? hz : 0;
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await gone;
  }

  #next<T extends FarEndNews>(what: string, pick: (news: FarEndNews) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        this.#child.off('exit', gone);
      };
      const look = (news: FarEndNews): void => {
        const picked = pick(news);
        if (picked === undefined) return;
        settle();
        resolve(picked);
      };
      const fail = (why: string): void => {
        settle();
        reject(new Error(`The far end ${why} while it was to say: ${what}.`));
      };
      const gone = (): void => fail('ended');
      const timer = setTimeout(() => fail('said nothing'), patienceMs);
      this.#listeners.add(look);
      this.#child.once('exit', gone);
    });
  }
}
