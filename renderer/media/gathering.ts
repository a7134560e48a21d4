import {
  type CandidateKind,
  cutTimesMs,
  type GatheringCut,
  gatheringCuts,
  isCompleteMeant,
  isCutAllowed,
  isGathered,
  quietMs,
  type WantedKinds,
} from '#shared/media/gathering.ts';
import type { ServerFailure } from '#shared/media/relay-failure.ts';
import { ufragOf } from '#shared/media/session-description.ts';

interface Generation {
  readonly begunAtMs: number;
  readonly seen: Set<CandidateKind>;
  readonly waiting: Set<() => void>;
  settled: boolean;
}

/** Each server is tried from every address of this computer. */
const mostFailures = 64;

/**
 * Follows the candidates of one RTCPeerConnection and tells when its description may leave. Generations are told apart by
 * their user name fragment, so that only an ICE restart gathers again: a hold never waits for a dead STUN server.
 */
export class Gathering {
  readonly #connection: RTCPeerConnection;
  readonly #generations = new Map<string, Generation>();
  #wanted: WantedKinds;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #cut: GatheringCut | undefined;
  #failures: ServerFailure[] = [];

  constructor(connection: RTCPeerConnection, wanted: WantedKinds) {
    this.#connection = connection;
    this.#wanted = wanted;
  }

  start(): void {
    this.#connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null || candidate.type === null || candidate.protocol === 'tcp') return;
      const generation = this.#generation(candidate.usernameFragment ?? this.#currentUfrag());
      generation.seen.add(candidate.type);
      this.#review(generation);
    });
    this.#connection.addEventListener('icecandidateerror', ({ url, errorCode, errorText }) => {
      if (this.#failures.length < mostFailures) this.#failures.push({ url, code: errorCode, text: errorText });
    });
    this.#connection.addEventListener('icegatheringstatechange', () => {
      if (this.#connection.iceGatheringState !== 'complete') return;
      const generation = this.#generation(this.#currentUfrag());
      if (isCompleteMeant(this.#wanted, generation.seen)) this.#settle(generation);
    });
  }

  /** What the servers have refused so far. */
  get failures(): readonly ServerFailure[] {
    return this.#failures;
  }

  /** A changed configuration; it counts from the next generation on. */
  want(wanted: WantedKinds): void {
    this.#wanted = wanted;
  }

  /** A description is about to be made: cuts that arrive from now on are meant for it. */
  arm(): void {
    this.#cut = undefined;
  }

  /**
   * Resolves when the local description may leave: at once when its generation already did, or when it was begun so long
   * ago (a connection kept ready) that a cut would have fallen.
   */
  async finished(): Promise<void> {
    const generation = this.#generation(this.#currentUfrag());
    const ageMs = performance.now() - generation.begunAtMs;
    const missed = gatheringCuts.findLast((cut) => ageMs >= cutTimesMs[cut]);
    if (missed !== undefined) this.cut(missed);
    if (generation.settled) return;
    const done = new Promise<void>((resolve) => generation.waiting.add(resolve));
    this.#review(generation);
    await done;
  }

  /** Lets the description that is waiting leave, if that is allowed yet. */
  cut(cut: GatheringCut): void {
    if (this.#cut === undefined || cutTimesMs[cut] > cutTimesMs[this.#cut]) this.#cut = cut;
    this.#review(this.#generation(this.#currentUfrag()));
  }

  /** Whoever waits goes on; the connection is closed. */
  dispose(): void {
    clearTimeout(this.#quiet);
    for (const generation of this.#generations.values()) this.#settle(generation);
  }

  #review(generation: Generation): void {
    if (generation.settled) return;
    if (this.#cut !== undefined && isCutAllowed(this.#wanted, generation.seen, this.#cut)) {
      this.#settle(generation);
    } else if (isGathered(this.#wanted, generation.seen)) {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => this.#settle(generation), quietMs);
    }
  }

  #settle(generation: Generation): void {
    generation.settled = true;
    for (const resolve of generation.waiting) resolve();
    generation.waiting.clear();
  }

  #currentUfrag(): string {
    return ufragOf(this.#connection.localDescription?.sdp ?? '');
  }

  #generation(ufrag: string): Generation {
    const known = this.#generations.get(ufrag);
    if (known !== undefined) return known;
    const generation: Generation = { begunAtMs: performance.now(), seen: new Set(), waiting: new Set(), settled: false };
    this.#generations.set(ufrag, generation);
    return generation;
  }
}
