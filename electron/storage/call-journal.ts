import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { HistoryDatabase } from './history-database.ts';

/** How often it is noted that calls still live, in ms: a killed process loses at most that much of a duration. */
const heartbeatMs = 5_000;

/**
 * Writes calls down while they last, so that the death of the process costs no line of the call list. What an earlier process left
 * open is listed at `start`; until then, new calls wait in memory, because opening the list is not for the way of a call.
 */
export class CallJournal implements Disposable {
  readonly #history: HistoryDatabase;
  readonly #clock: Clock;
  readonly #open = new Map<string, HistoryEntry>();
  readonly #changed = new Emitter<void>();
  #started = false;
  #heartbeat: Disposable | undefined;

  constructor({ history, clock }: { readonly history: HistoryDatabase; readonly clock: Clock }) {
    this.#history = history;
    this.#clock = clock;
  }

  /** Fires whenever the list has changed by this. */
  get onChanged(): Event<void> {
    return this.#changed.event;
  }

  /** Lists what an earlier process left open, then goes on. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    const left = this.#history.takeOpen();
    for (const { entry, seenAt } of left) this.#history.put(abandonedEntry(entry, seenAt));
    for (const draft of this.#open.values()) this.#history.noteOpen(draft);
    this.#beat();
    if (left.length > 0) this.#changed.fire();
  }

  /** A call has begun, or more is known of it. @param draft its line in the list if this process died now */
  open(draft: HistoryEntry): void {
    this.#open.set(draft.id, draft);
    if (this.#started) this.#history.noteOpen(draft);
    this.#beat();
  }

  /** A call has ended, or more is known of an ended one. */
  close(entry: HistoryEntry): void {
    this.#open.delete(entry.id);
    this.#history.put(entry);
    if (this.#open.size === 0) this.#stopBeating();
    this.#changed.fire();
  }

  dispose(): void {
    this.#stopBeating();
    this.#changed.dispose();
  }

  #beat(): void {
    if (!this.#started || this.#open.size === 0 || this.#heartbeat !== undefined) return;
    this.#heartbeat = this.#clock.schedule(heartbeatMs, () => {
      this.#heartbeat = undefined;
      this.#history.touchOpen();
      this.#beat();
    });
  }

  #stopBeating(): void {
    this.#heartbeat?.dispose();
    this.#heartbeat = undefined;
  }
}

/** The line for a call whose process died: what was known, and the time until it was last known to live. */
export function abandonedEntry(draft: HistoryEntry, seenAt: number): HistoryEntry {
  const lasted = Math.max(0, Math.round(seenAt - draft.startedAt));
  const answered = draft.outcome === 'answered';
  return {
    ...draft,
    ringMs: answered ? draft.ringMs : Math.max(draft.ringMs, lasted),
    talkMs: answered ? Math.max(draft.talkMs, lasted - draft.ringMs) : 0,
    endedBy: 'local',
    errorCode: 'app-ended',
    unseen: draft.outcome === 'missed',
  };
}
