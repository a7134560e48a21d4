import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdUp, letGo, scripts } from './held-server.ts';
import { type Capture, captureUdp } from './packet-capture.ts';
import { type Fault, faultRules } from './traffic-fault.ts';

/**
 * The places of the small internet that `test/lab/nat-up.sh` draws: the computer that moves, the routers of office and home, and the
 * internet itself, where the servers are.
 */
const places = { client: 'cli', 'office-router': 'rtr', 'home-router': 'rt2', internet: 'net' } as const;
export type Place = keyof typeof places;

/** Where the client is: in the office's LAN, at home, at home with a tunnel into the office, on the internet itself, or without a cable. */
export type ClientNetwork = 'lan' | 'home' | 'vpn' | 'public' | 'none';

/** What the office's router does between LAN and internet; told in `nat-up.sh`. */
export type NatType = 'none' | 'full-cone' | 'restricted' | 'port-restricted' | 'symmetric' | 'udp-blocked' | 'tls-only' | 'sip-alg';

export type AddressFamily = 'ipv4' | 'ipv6' | 'dual';

export interface NetworkLabOptions {
  /** Default: port-restricted, a plain home router. */
  readonly nat?: NatType;
  /** Start Asterisk and coturn on the internet. */
  readonly servers?: boolean;
  /** Which addresses the client has where a move says nothing else; default IPv4. */
  readonly family?: AddressFamily;
}

export interface Move {
  readonly family?: AddressFamily;
  /** For how long the old network stays beside the new one, in ms; the promise waits for its end. */
  readonly overlapMs?: number;
}

/** The addresses of the one server: the office's own, which LAN and tunnel reach, and the public one. */
export const serverAddresses = {
  office: '192.168.78.2',
  public: '203.0.113.10',
  office6: 'fd00:78::2',
  public6: '2001:db8:113::10',
} as const;

/** STUN (RFC 5780) and TURN of the lab; names for them are in the hosts file of every place. */
export const labCoturn = {
  host: '203.0.113.10',
  alternateHost: '203.0.113.11',
  port: 3478,
  alternatePort: 3479,
  tlsPort: 5349,
  username: 'lab',
  password: 'labsecret',
} as const;

/** A small internet of its own: the traffic of nothing in it leaves it, and any number stand side by side. */
export class NetworkLab {
  /** Secure WebSocket of Asterisk at each of its addresses. */
  readonly wssUrls = {
    office: `wss://${serverAddresses.office}:8089/ws`,
    public: `wss://${serverAddresses.public}:8089/ws`,
    office6: `wss://[${serverAddresses.office6}]:8089/ws`,
    public6: `wss://[${serverAddresses.public6}]:8089/ws`,
  } as const;
  readonly #holder: ChildProcess;
  readonly #folder: string;
  readonly #prefix: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #family: AddressFamily;
  #faults = 0;

  private constructor(holder: ChildProcess, folder: string, prefix: string, env: NodeJS.ProcessEnv, family: AddressFamily) {
    this.#holder = holder;
    this.#folder = folder;
    this.#prefix = prefix;
    this.#env = env;
    this.#family = family;
  }

  /**
   * It ends with `dispose`, and also when this process ends in whatever way. The client begins in the LAN.
   * @throws Error with one sentence when namespaces or servers cannot be had here
   */
  static async start({ nat = 'port-restricted', servers = false, family = 'ipv4' }: NetworkLabOptions = {}): Promise<NetworkLab> {
    const prefix = `lab${process.pid}-${randomInt(36 ** 4).toString(36)}`;
    const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
    const env = { ...process.env, PATH: path, LAB_NS: prefix, LAB_RUN: folder };
    const outcome = await holdUp(['nat', nat, ...(servers ? ['--servers'] : [])], env);
    if (!('child' in outcome)) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`The network of the tests could not be made: ${outcome.complaint}`);
    }
    const lab = new NetworkLab(outcome.child, folder, prefix, env, family);
    if (servers) await lab.#publishAuthority();
    if (family !== 'ipv4') await lab.move('lan');
    return lab;
  }

  /** The authorities that signed the certificates of Asterisk and coturn (PEM); every user can read it. */
  get caFile(): string {
    return join(this.#stateFolder, 'ca.crt');
  }

  /** The name of a place for `ip netns exec`. */
  namespace(place: Place): string {
    return `${this.#prefix}-${places[place]}`;
  }

  /** Runs a program at a place to its end. @returns what it printed @throws Error with what it printed on standard error */
  exec(
    place: Place,
    [program = '', ...args]: readonly string[],
    options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<string> {
    return this.#run('ip', ['netns', 'exec', this.namespace(place), program, ...args], options);
  }

  /** Starts a program at a place; `dispose` kills whatever still runs there. */
  spawn(place: Place, [program = '', ...args]: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.namespace(place), program, ...args], { env: this.#env, ...options });
  }

  /** Moves the client: the old interface goes down, then the new one comes up, unless they are to overlap. */
  async move(network: ClientNetwork, { family = this.#family, overlapMs }: Move = {}): Promise<void> {
    const overlap = overlapMs === undefined ? [] : ['--overlap', String(overlapMs / 1_000)];
    await this.#run(join(scripts, 'nat-move.sh'), [network, '--family', familyOption[family], ...overlap]);
  }

  /** Changes what the office's router does and forgets all its mappings. */
  async switchNat(type: NatType): Promise<void> {
    await this.#run(join(scripts, 'nat-up.sh'), [type]);
  }

  /**
   * Loses packets between client and server from now on, without a word to either: a flow that stands becomes half-open.
   * @returns `restore`, which lets them pass again
   */
  async drop(fault: Fault = {}): Promise<{ restore(): Promise<void> }> {
    const table = `fault${++this.#faults}`;
    const { atServer, atClient } = faultRules(table, fault);
    await Promise.all([this.#nft('internet', atServer), this.#nft('client', atClient)]);
    return {
      restore: async () => {
        await Promise.all((['internet', 'client'] as const).map((place) => this.#nft(place, `delete table inet ${table}\n`)));
      },
    };
  }

  /** Records the UDP packets that pass at a place. @param filter in tcpdump's language */
  captureUdp(place: Place, filter = ''): Promise<Capture> {
    const words = filter.trim() === '' ? ['udp'] : ['udp', 'and', '(', ...filter.trim().split(/\s+/), ')'];
    return captureUdp(
      (argv) => this.spawn(place, [join(scripts, 'tool.sh'), ...argv], { stdio: ['ignore', 'pipe', 'pipe'], env: this.#env }),
      words,
    );
  }

  /** Ends Asterisk as a power cut would, but for its connections: the kernel closes them. Its authority and certificate stay. */
  async killAsterisk(): Promise<void> {
    await this.exec('internet', ['bash', '-c', 'kill -9 "$(cat "$1")"', 'kill', join(this.#asteriskFolder, 'run/pid')]);
  }

  /** Brings Asterisk back; resolves when it accepts connections. */
  async startAsterisk(): Promise<void> {
    const env = {
      ...this.#env,
      LAB_RUN: this.#stateFolder,
      LAB_IP: serverAddresses.public,
      LAB_IP2: labCoturn.alternateHost,
      LAB_ANY: '1',
      LAB_KEEP: '1',
    };
    const log = join(this.#stateFolder, 'start.log');
    // what it starts lives on: it must not hold this process's pipes
    const started = this.spawn('internet', ['bash', '-c', '"$1" >"$2" 2>&1', 'start', join(scripts, 'asterisk-up.sh'), log], {
      stdio: 'ignore',
      env,
    });
    const code = await new Promise<number | null>((resolve) => started.once('exit', resolve));
    if (code !== 0) throw new Error(`Asterisk did not start again; see ${log}.`);
  }

  /** Runs one console command of Asterisk and returns what it printed. */
  cli(command: string): Promise<string> {
    return this.#run(join(scripts, 'asterisk-cli.sh'), [command, this.#asteriskFolder]);
  }

  async dispose(): Promise<void> {
    await letGo(this.#holder);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #publishAuthority(): Promise<void> {
    const authorities = ['asterisk', 'coturn'].map((server) => readFile(join(this.#stateFolder, server, 'keys/ca.crt'), 'utf8'));
    await writeFile(this.caFile, (await Promise.all(authorities)).join(''), { mode: 0o644 });
  }

  /** Made and removed by the scripts. */
  get #stateFolder(): string {
    return `${this.#folder}-net`;
  }

  get #asteriskFolder(): string {
    return join(this.#stateFolder, 'asterisk');
  }

  #nft(place: Place, rules: string): Promise<string> {
    return this.exec(place, [join(scripts, 'tool.sh'), 'nft', '-f', '-'], { input: rules });
  }

  #run(
    program: string,
    args: readonly string[],
    { input = '', env = this.#env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(program, [...args], { env }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${program} ${args.join(' ')}: ${stderr.trim() || error.message}`));
      });
      child.stdin?.on('error', () => undefined).end(input);
    });
  }
}

const familyOption = { ipv4: '4', ipv6: '6', dual: '46' } as const satisfies Record<AddressFamily, string>;

/** @throws Error with one sentence when namespaces or servers cannot be had here */
export function startNetworkLab(options: NetworkLabOptions = {}): Promise<NetworkLab> {
  return NetworkLab.start(options);
}
