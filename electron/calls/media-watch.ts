import type { CallId } from '#shared/calls/call.ts';
import { isHeld } from '#shared/calls/call-facts.ts';
import type { Call } from '#shared/calls/call-state.ts';
import type { CallMediaFacts } from '#shared/calls/call-view.ts';
import { heardQuality, noReadings, type QualityCounts } from '#shared/calls/heard-quality.ts';
import { codecLabel } from '#shared/media/codec-label.ts';
import { type Quality, qualityOf } from '#shared/media/quality.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { MediaPort } from '../media/media-port.ts';

export interface MediaWatchOptions {
  readonly media: MediaPort;
  readonly clock: Clock;
  /** Codec or quality of a call changed. */
  readonly onChanged: () => void;
}

/** Time between two readings of a connected call's statistics, in ms. The clock ticks in main: hidden pages are throttled. */
const readingMs = 1_000;

const unknown: CallMediaFacts = { codec: null, quality: null, pair: null };

interface Followed {
  peer: string;
  facts: CallMediaFacts;
  /** Music says nothing of how two people hear each other. */
  isQuiet: boolean;
  counts: QualityCounts;
}

/** Reads codec and quality of connected calls once a second. */
export class MediaWatch implements Disposable {
  readonly #options: MediaWatchOptions;
  readonly #followed = new Map<CallId, Followed>();
  /** Calls that are read; followed ones that have ended keep their last facts. */
  readonly #active = new Set<CallId>();
  #tick: Disposable | undefined;

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

  /** Tells the watch what a call is doing now; it follows connected ones and keeps the last facts of ended ones. */
  follow(call: Call, peer: string): void {
    if (call.phase !== 'connected') {
      if (!this.#anyConnected(call.id)) this.#stop();
      return;
    }
    const isQuiet = isHeld(call) || call.hold.remote;
    const known = this.#followed.get(call.id);
    if (known === undefined) this.#followed.set(call.id, { peer, facts: unknown, isQuiet, counts: noReadings });
    else Object.assign(known, { peer, isQuiet });
    this.#active.add(call.id);
    this.#tick ??= this.#options.clock.schedule(0, () => this.#read());
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

  #anyConnected(ended: CallId): boolean {
    this.#active.delete(ended);
    return this.#active.size > 0;
  }

  #stop(): void {
    this.#tick?.dispose();
    this.#tick = undefined;
  }

  #read(): void {
    this.#tick = this.#options.clock.schedule(readingMs, () => this.#read());
    for (const id of this.#active) void this.#readOne(id);
  }

  async #readOne(id: CallId): Promise<void> {
    const followed = this.#followed.get(id);
    if (followed === undefined) return;
    try {
      const stats = await this.#options.media.stats(followed.peer);
      const facts: CallMediaFacts = {
        codec: stats.codec === null ? null : codecLabel(stats.codec),
        quality: stats.packetsReceived > 0 ? qualityOf(stats) : null,
        pair: stats.pair,
      };
      if (facts.quality !== null && !followed.isQuiet) {
        followed.counts = { ...followed.counts, [facts.quality]: followed.counts[facts.quality] + 1 };
      }
      if (sameFacts(facts, followed.facts)) return;
      followed.facts = facts;
      if (this.#followed.get(id) === followed) this.#options.onChanged();
    } catch {
      // The window is being rebuilt: the next reading comes in a second.
    }
  }
}

function sameFacts(a: CallMediaFacts, b: CallMediaFacts): boolean {
  const samePair = a.pair?.local === b.pair?.local && a.pair?.remote === b.pair?.remote && a.pair?.protocol === b.pair?.protocol;
  return a.codec === b.codec && a.quality === b.quality && samePair;
}
