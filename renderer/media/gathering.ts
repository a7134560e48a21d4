import { type CandidateKind, hardCutMs, isCutAllowed, isGathered, quietMs, softCutMs, type WantedKinds } from '#shared/media/gathering.ts';
import { ufragOf } from '#shared/media/session-description.ts';

interface Generation {
  readonly begunAtMs: number;
  readonly seen: Set<CandidateKind>;
  readonly waiting: Set<() => void>;
  settled: boolean;
}

/**
 * Follows the candidates of one RTCPeerConnection and tells when its description may leave. Generations are told apart by
 * their user name fragment, so that only an ICE restart gathers again: a hold never waits for a dead STUN server.
 */
export class Gathering {
  readonly #connection: RTCPeerConnection;
  readonly #generations = new Map<string, Generation>();
  #wanted: WantedKinds;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #cut: 'none' | 'soft' | 'hard' = 'none';

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
    this.#connection.addEventListener('icegatheringstatechange', () => {
      if (this.#connection.iceGatheringState === 'complete') this.#settle(this.#generation(this.#currentUfrag()));
    });
  }

  /** A changed configuration; it counts from the next generation on. */
  want(wanted: WantedKinds): void {
    this.#wanted = wanted;
  }

  /** A description is about to be made: cuts that arrive from now on are meant for it. */
  arm(): void {
    this.#cut = 'none';
  }

  /**
   * Resolves when the local description may leave: at once when its generation already did, or when it was begun so long
   * ago (a connection kept ready) that a cut would have fallen.
   */
  async finished(): Promise<void> {
    const generation = this.#generation(this.#currentUfrag());
    const ageMs = performance.now() - generation.begunAtMs;
    if (ageMs >= hardCutMs) this.cut(true);
    else if (ageMs >= softCutMs) this.cut(false);
    if (generation.settled) return;
    const done = new Promise<void>((resolve) => generation.waiting.add(resolve));
    this.#review(generation);
    await done;
  }

  /** Lets the description that is waiting leave, if that is allowed yet. */
  cut(hard: boolean): void {
    if (this.#cut !== 'hard') this.#cut = hard ? 'hard' : 'soft';
    this.#review(this.#generation(this.#currentUfrag()));
  }

  /** Whoever waits goes on; the connection is closed. */
  dispose(): void {
    clearTimeout(this.#quiet);
    for (const generation of this.#generations.values()) this.#settle(generation);
  }

  #review(generation: Generation): void {
    if (generation.settled) return;
    if (this.#cut !== 'none' && isCutAllowed(this.#wanted, generation.seen, this.#cut === 'hard')) {
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
