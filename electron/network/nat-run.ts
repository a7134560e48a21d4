import { isIP } from 'node:net';
import { AppError } from '#shared/errors/app-error.ts';
import type { NatFindings, StunServerName } from '#shared/network/nat/findings.ts';
import type { MappingSeen } from '#shared/network/nat/law.ts';
import { type FollowedTests, type NatCandidate, newCandidate, planNat, roundTripOf, type TestOutcome } from '#shared/network/nat/plan.ts';
import { canonicalAddress, decodeAddress, type StunAddress } from '#shared/network/stun/address.ts';
import { encodeChangeRequest, stunAttributes } from '#shared/network/stun/attributes.ts';
import { mappedAddressOf } from '#shared/network/stun/mapped.ts';
import { type StunMessage, valueOf } from '#shared/network/stun/message.ts';
import { rtoOf } from '#shared/network/stun/timing.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore, toDisposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import { StunClient, type StunReception } from './stun-client.ts';
import { probeTcp } from './tcp-probe.ts';

export interface NatRunOptions {
  readonly servers: readonly StunServerName[];
  readonly family: 4 | 6;
  readonly clock: Clock;
  readonly random: Random;
  /** All addresses of a name. @throws when there are none */
  readonly resolve: (host: string, family: 4 | 6) => Promise<readonly string[]>;
}

/** The plan decides when it is enough; a question goes on for longer than any plan. */
const questionMs = 3_000;

/** A candidate of the plan, with what it needs at the wire. */
interface Asked {
  readonly server: number;
  plan: NatCandidate;
  /** Our own end of what goes there from the socket whose mapping is looked at. */
  local: StunAddress | null;
}

/** Carries out one plan (`shared/network/nat-plan.ts`) over one family of addresses. */
export class NatRun implements Disposable {
  readonly #options: NatRunOptions;
  readonly #owned = new DisposableStore();
  readonly #startMs: number;
  readonly #mappings: MappingSeen[] = [];
  #asked: Asked[];
  #mappingSocket: StunClient | undefined;
  #followed: FollowedTests | null = null;
  #hairpinId: string | null = null;
  #tcp: Disposable | undefined;
  #isThere = false;
  #wake: Disposable | undefined;
  #finish: (() => void) | undefined;

  constructor(options: NatRunOptions) {
    this.#options = options;
    this.#startMs = options.clock.monotonicMs();
    this.#asked = options.servers.map(({ host, port }, server) => asked(server, addressIn({ host, port }, options.family)));
  }

  /** Whether anything could be sent: there is a route to somebody. */
  get isRouted(): boolean {
    return this.#asked.some(({ local }) => local !== null);
  }

  /** Call once. @throws the signal's reason, when it is aborted */
  async findings(signal: AbortSignal): Promise<NatFindings> {
    const { family, servers } = this.#options;
    signal.throwIfAborted();
    if (servers.length > 0) await this.#run(signal);
    const candidates = this.#asked.map(({ plan, server }) => ({ ...plan, server }));
    return { family, servers, candidates, mappings: this.#mappings, followed: this.#followed, isThere: this.#isThere };
  }

  dispose(): void {
    this.#finish = undefined;
    this.#wake?.dispose();
    this.#owned.dispose();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { family, servers } = this.#options;
    const finished = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#owned.add(toDisposable(() => signal.removeEventListener('abort', abort)));
    });
    this.#mappingSocket = await this.#open({ family });
    this.#mappingSocket.onStray((reception) => this.#receiveHairpin(reception));
    for (const [server, { host }] of servers.entries()) if (this.#asked[server]?.plan.address === null) this.#resolve(server, host);
    this.#step();
    await finished;
  }

  async #open(options: { readonly family: 4 | 6; readonly peer?: StunAddress }): Promise<StunClient> {
    const { clock, random } = this.#options;
    return this.#owned.add(await StunClient.open({ ...options, clock, random }));
  }

  #resolve(server: number, host: string): void {
    const { family, servers, resolve } = this.#options;
    const port = servers[server]?.port ?? 0;
    const replace = (addresses: readonly string[]): void => {
      const found = addresses.map((address) => asked(server, { family, address: canonicalAddress(address) ?? address, port }));
      this.#asked = this.#asked.flatMap((each) => (each.server !== server ? [each] : found.length > 0 ? found : [failed(each)]));
      this.#step();
    };
    resolve(host, family).then(replace, () => replace([]));
  }

  /** Does what the plan says now. Called after everything that happens. */
  #step(): void {
    if (this.#finish === undefined) return;
    this.#wake?.dispose();
    const nowMs = this.#nowMs();
    const plan = planNat(
      this.#asked.map((each) => each.plan),
      this.#followed,
      nowMs,
    );
    if (plan.done) {
      this.#finish();
      this.#finish = undefined;
      return;
    }
    if (plan.tryNow.length > 0) {
      for (const each of plan.tryNow.flatMap((index) => this.#asked[index] ?? [])) this.#try(each, nowMs);
      // what comes next is counted from these
      this.#step();
      return;
    }
    const follow = plan.follow === null ? undefined : this.#asked[plan.follow];
    if (follow !== undefined && this.#followed === null) this.#follow(follow, nowMs);
    if (plan.askByTcp) this.#askByTcp();
    // a busy process runs late timers before it reads what came in time
    if (plan.wakeAtMs !== null) this.#wake = this.#options.clock.schedule(plan.wakeAtMs - nowMs, () => setImmediate(() => this.#step()));
  }

  #try(each: Asked, nowMs: number): void {
    each.plan = { ...each.plan, triedAtMs: nowMs };
    const to = each.plan.address;
    if (to === null) return;
    const give = (): void => this.#fail(each);
    void this.#testFirst(each, to).catch(give);
    void this.#testFiltering(each, to).catch(give);
  }

  /** Test I of the mapping, beside a socket that learns our own address and hears of ICMP. */
  async #testFirst(each: Asked, to: StunAddress): Promise<void> {
    const [mappingSocket, probe] = [this.#mappingSocket, await this.#open({ family: to.family, peer: to })];
    if (mappingSocket === undefined) return;
    each.local = { ...probe.local, port: mappingSocket.local.port };
    probe.ask({ to, rtoMs: rtoOf(null), deadlineMs: questionMs }).catch(() => this.#fail(each));
    const { message } = await mappingSocket.ask({ to, rtoMs: rtoOf(null), deadlineMs: questionMs });
    this.#noteMapping(each, to, message);
    const other = valueOf(message, stunAttributes.otherAddress);
    const alternate = other === undefined ? null : (decodeAddress(other) ?? null);
    each.plan = { ...each.plan, failed: false, answer: { atMs: this.#nowMs(), alternate } };
    this.#step();
  }

  /** Tests II and III of the filtering, from a socket that writes to nobody else. */
  async #testFiltering(each: Asked, to: StunAddress): Promise<void> {
    const socket = await this.#open({ family: to.family });
    const test = async (change: { readonly address: boolean; readonly port: true }): Promise<void> => {
      const attributes = [{ type: stunAttributes.changeRequest, value: encodeChangeRequest(change) }];
      const outcome = await socket.ask({ to, attributes, rtoMs: rtoOf(null), deadlineMs: questionMs, fromAnywhere: true }).then(
        ({ from }): TestOutcome => {
          const isOther = change.address ? from.address !== to.address : from.address === to.address && from.port !== to.port;
          return isOther ? 'heard' : 'refused';
        },
        (error: unknown): TestOutcome => (isRefusal(error) ? 'refused' : 'nothing-yet'),
      );
      const name = change.address ? 'fromOtherAddress' : 'fromOtherPort';
      each.plan = { ...each.plan, filtering: { ...each.plan.filtering, [name]: outcome } };
      this.#step();
    };
    await Promise.all([test({ address: true, port: true }), test({ address: false, port: true })]);
  }

  /** Tests II and III of the mapping, and a packet to ourselves. */
  #follow(each: Asked, nowMs: number): void {
    const { address, answer } = each.plan;
    const seen = this.#mappings.find(({ to }) => to === address);
    if (address === null || !answer?.alternate || seen === undefined) return;
    const isTranslated = seen.mapped.address !== seen.local.address || seen.mapped.port !== seen.local.port;
    if (isTranslated) this.#hairpinId = this.#mappingSocket?.tell(seen.mapped) ?? null;
    this.#followed = { mappings: ['nothing-yet', 'nothing-yet'], hairpin: isTranslated ? { sentAtMs: nowMs, heard: false } : null };
    const rtoMs = rtoOf(roundTripOf(each.plan));
    void this.#testMapping(each, 0, { ...answer.alternate, port: address.port }, rtoMs);
    void this.#testMapping(each, 1, answer.alternate, rtoMs);
    this.#step();
  }

  async #testMapping(each: Asked, test: 0 | 1, to: StunAddress, rtoMs: number): Promise<void> {
    const heard = await this.#mappingSocket?.ask({ to, rtoMs, deadlineMs: questionMs }).then(
      ({ message }) => this.#noteMapping(each, to, message),
      () => false,
    );
    if (this.#followed === null) return;
    const outcome: TestOutcome = heard === true ? 'heard' : 'refused';
    const [second, third] = this.#followed.mappings;
    this.#followed = { ...this.#followed, mappings: test === 0 ? [outcome, third] : [second, outcome] };
    this.#step();
  }

  #noteMapping({ local }: Asked, to: StunAddress, message: StunMessage): true {
    const mapped = mappedAddressOf(message);
    if (mapped === undefined || local === null) throw new AppError('stun-unreachable', { details: { reason: 'refused' } });
    this.#mappings.push({ local, to, mapped });
    return true;
  }

  #receiveHairpin({ message }: StunReception): void {
    const hairpin = this.#followed?.hairpin ?? null;
    if (this.#followed === null || hairpin === null || Buffer.from(message.transactionId).toString('hex') !== this.#hairpinId) return;
    this.#followed = { ...this.#followed, hairpin: { ...hairpin, heard: true } };
    this.#step();
  }

  #fail(each: Asked): void {
    if (each.plan.answer !== null || each.plan.failed) return;
    each.plan = { ...each.plan, failed: true };
    this.#step();
  }

  #askByTcp(): void {
    const target = this.#asked.find(({ plan }) => plan.triedAtMs !== null && plan.address !== null && !plan.failed)?.plan.address;
    if (!target || this.#tcp !== undefined) return;
    this.#tcp = this.#owned.add(probeTcp(target, () => (this.#isThere = true)));
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs() - this.#startMs;
  }
}

function asked(server: number, address: StunAddress | null): Asked {
  return { server, plan: newCandidate(address), local: null };
}

function failed(each: Asked): Asked {
  return { ...each, plan: { ...each.plan, failed: true } };
}

/** The address that a host is, if it is one of that family. */
function addressIn({ host, port }: StunServerName, family: 4 | 6): StunAddress | null {
  const address = isIP(host) === family ? canonicalAddress(host) : undefined;
  return address === undefined ? null : { family, address, port };
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.details['reason'] === 'refused';
}
