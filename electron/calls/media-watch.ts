import type { CallId } from '#shared/calls/call.ts';
import { isHeld } from '#shared/calls/call-facts.ts';
import type { Call, CallEvent, ConnectedCall, RepairMeans } from '#shared/calls/call-state.ts';
import type { CallMediaFacts } from '#shared/calls/call-view.ts';
import { heardQuality, noReadings, type QualityCounts } from '#shared/calls/heard-quality.ts';
import { codecLabel } from '#shared/media/codec-label.ts';
import type { MediaStats } from '#shared/media/media.ts';
import { type Quality, qualityOf } from '#shared/media/quality.ts';
import { nothingHeard, type SoundExpectation, type SoundWatch, watchSound } from '#shared/media/sound-watch.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { MediaPort } from '../media/media-port.ts';

export interface MediaWatchOptions {
  readonly media: MediaPort;
  readonly clock: Clock;
  /** What a repair of the call would depend on. */
  readonly means: (id: CallId) => RepairMeans;
  /** Where it is told that sound is lost, or back. */
  readonly report: (id: CallId, event: CallEvent) => void;
  /** Codec or quality of a call changed. */
  readonly onChanged: () => void;
}

/** Time between two readings of a connected call's statistics, in ms. The clock ticks in main: hidden pages are throttled. */
const readingMs = 1_000;

/** The same when the network has just changed, and while a call is repaired: a step that has helped must not be followed by another. */
const closeReadingMs = 500;
const repairReadingMs = 250;

/** So long after a change of network a call that keeps its path is watched closely, in ms. */
const closelyMs = 5_000;

const unknown: CallMediaFacts = { codec: null, quality: null, pair: null };

interface Followed {
  call: ConnectedCall;
  peer: string;
  facts: CallMediaFacts;
  counts: QualityCounts;
  sound: SoundWatch;
  /** Address of this computer that the media path begins at, as far as it is known. */
  localAddress: string | null;
  closelyUntilMs: number;
  isBeingRead: boolean;
}

/** Reads the statistics of connected calls: codec and quality for the card, and whether sound runs as it should. */
export class MediaWatch implements Disposable {
  readonly #options: MediaWatchOptions;
  readonly #followed = new Map<CallId, Followed>();
  /** Calls that are read; followed ones that have ended keep their last facts. */
  readonly #active = new Set<CallId>();
  #tick: Disposable | undefined;
  #tickAtMs = Infinity;

  constructor(options: MediaWatchOptions) {
    this.#options = options;
  }

  factsOf(id: CallId): CallMediaFacts {
    return this.#followed.get(id)?.facts ?? unknown;
  }

  /** How a call was heard over all; null when nothing was read. */
  heard(id: CallId): Quality | null {
    return heardQuality(this.#followed.get(id)?.counts ?? noReadings);
  }

  /** Address of this computer that the call's media path begins at; null when it is not known. */
  localAddressOf(id: CallId): string | null {
    return this.#followed.get(id)?.localAddress ?? null;
  }

  /** Tells the watch what a call is doing now; it follows connected ones and keeps the last facts of ended ones. */
  follow(call: Call, peer: string): void {
    if (call.phase !== 'connected') {
      this.#active.delete(call.id);
      if (this.#active.size === 0) this.#stop();
      return;
    }
    const known = this.#followed.get(call.id);
    if (known === undefined) {
      const rest = { facts: unknown, counts: noReadings, sound: nothingHeard, localAddress: null, closelyUntilMs: 0, isBeingRead: false };
      this.#followed.set(call.id, { call, peer, ...rest });
    } else Object.assign(known, { call, peer });
    this.#active.add(call.id);
    if (known === undefined) this.#readIn(0);
    else if (call.repair !== null) this.#readIn(repairReadingMs);
  }

  /** The network has changed under a call whose path seems to stand. */
  watchClosely(id: CallId): void {
    const followed = this.#followed.get(id);
    if (followed === undefined) return;
    followed.closelyUntilMs = this.#options.clock.monotonicMs() + closelyMs;
    if (this.#active.has(id)) this.#readIn(closeReadingMs);
  }

  forget(id: CallId): void {
    this.#followed.delete(id);
    this.#active.delete(id);
  }

  dispose(): void {
    this.#stop();
    this.#followed.clear();
    this.#active.clear();
  }

  #stop(): void {
    this.#tick?.dispose();
    this.#tick = undefined;
    this.#tickAtMs = Infinity;
  }

  /** Brings the next reading forward where it would be later. */
  #readIn(delayMs: number): void {
    const { clock } = this.#options;
    const atMs = clock.monotonicMs() + delayMs;
    if (atMs >= this.#tickAtMs) return;
    this.#stop();
    this.#tickAtMs = atMs;
    this.#tick = clock.schedule(delayMs, () => this.#read());
  }

  #read(): void {
    this.#stop();
    const nowMs = this.#options.clock.monotonicMs();
    const calls = [...this.#active].flatMap((id) => this.#followed.get(id) ?? []);
    const isRepaired = calls.some(({ call: { repair, reachable } }) => repair !== null && reachable);
    const isClose = calls.some(({ call: { repair }, closelyUntilMs }) => repair !== null || nowMs < closelyUntilMs);
    this.#readIn(isRepaired ? repairReadingMs : isClose ? closeReadingMs : readingMs);
    for (const followed of calls) void this.#readOne(followed);
  }

  async #readOne(followed: Followed): Promise<void> {
    if (followed.isBeingRead) return;
    const { peer } = followed;
    followed.isBeingRead = true;
    try {
      const stats = await this.#options.media.stats(peer);
      // the call has moved to another peer connection, or is over
      if (followed.peer === peer && this.#active.has(followed.call.id)) this.#take(followed, stats);
    } catch {
      // The window is being rebuilt: the next reading comes in a second.
    } finally {
      followed.isBeingRead = false;
    }
  }

  #take(followed: Followed, stats: MediaStats): void {
    const { clock, onChanged, report, means } = this.#options;
    const { call } = followed;
    const facts: CallMediaFacts = {
      codec: stats.codec === null ? null : codecLabel(stats.codec),
      quality: stats.packetsReceived > 0 ? qualityOf(stats) : null,
      pair: stats.pair,
    };
    if (facts.quality !== null && !isQuiet(call)) {
      followed.counts = { ...followed.counts, [facts.quality]: followed.counts[facts.quality] + 1 };
    }
    followed.localAddress = stats.localAddress;
    const nowMs = clock.monotonicMs();
    const { watch, alarm, proved } = watchSound(followed.sound, stats, expectationOf(call, nowMs < followed.closelyUntilMs), nowMs);
    followed.sound = watch;
    if (!sameFacts(facts, followed.facts)) {
      followed.facts = facts;
      onChanged();
    }
    if (proved) report(call.id, { type: 'sound-returned' });
    if (alarm !== null) report(call.id, { type: 'media-lost', cause: alarm, means: means(call.id) });
  }
}

/** Music says nothing of how two people hear each other. */
function isQuiet(call: ConnectedCall): boolean {
  return isHeld(call) || call.hold.remote;
}

function expectationOf(call: ConnectedCall, closely: boolean): SoundExpectation {
  const { repair, microphoneError, hold } = call;
  return {
    talking: !isQuiet(call) && !hold.local,
    sends: microphoneError === null,
    closely,
    repair: repair === null ? null : { cause: repair.cause, negotiated: repair.negotiated, isLocal: repair.step === 'reopen-audio' },
  };
}

function sameFacts(a: CallMediaFacts, b: CallMediaFacts): boolean {
  const samePair = a.pair?.local === b.pair?.local && a.pair?.remote === b.pair?.remote && a.pair?.protocol === b.pair?.protocol;
  return a.codec === b.codec && a.quality === b.quality && samePair;
}
