import type { CallId } from '#shared/calls/call.ts';
import type { CallEvent } from '#shared/calls/call-state.ts';
import { AppError, type ErrorReport } from '#shared/errors/app-error.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { Recordings } from './ports.ts';

export interface CallRecordingsOptions {
  readonly media: MediaPort;
  readonly recordings: Recordings;
  /** Whether both sides hear a beep. */
  readonly tone: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly report: (id: CallId, event: CallEvent) => void;
}

interface Running {
  /** Orders of one call follow one another, because each takes time. */
  tail: Promise<void>;
  /** The file that is open. */
  path: string | null;
  /** The first that was closed with something in it; what followed it stands beside it under the same name with a number. */
  first: string | null;
  party: string;
  /** Wall time in ms. */
  began: number;
  peer: string;
  /** The media window died: what comes next is another WebM stream and needs a file of its own. */
  isTorn: boolean;
}

/** Joins the file of a recording with the media window that makes it. The recording's id is the call's. */
export class CallRecordings implements Disposable {
  readonly #options: CallRecordingsOptions;
  readonly #running = new Map<CallId, Running>();
  #subscriptions: readonly Disposable[] = [];

  constructor(options: CallRecordingsOptions) {
    this.#options = options;
  }

  start(): void {
    const { media, recordings, report } = this.#options;
    this.#subscriptions = [
      recordings.onFailed(({ recording, error }) => report(recording, { type: 'recording-failed', error: error.toReport() })),
      media.onRecordingFailed(({ recording, error }) =>
        report(recording, { type: 'recording-failed', error: this.#placed(recording, error) }),
      ),
      media.onLost(({ peers }) => {
        for (const running of this.#running.values()) if (peers.includes(running.peer)) running.isTorn = true;
      }),
    ];
  }

  /** Where the recording of a call is, or was, the first if there are several; null when it has none. */
  pathOf(id: CallId): string | null {
    const running = this.#running.get(id);
    return running?.first ?? running?.path ?? null;
  }

  /** Resolves when the file is closed, with its path; null when nothing was recorded. */
  async settled(id: CallId): Promise<string | null> {
    const running = this.#running.get(id);
    await running?.tail;
    return running?.first ?? running?.path ?? null;
  }

  begin(id: CallId, party: string, peer: string): void {
    const now = { party, peer, isTorn: false, began: this.#options.clock.wallMs() };
    const running: Running = this.#running.get(id) ?? { tail: Promise.resolve(), path: null, first: null, ...now };
    this.#running.set(id, Object.assign(running, now));
    this.#then(id, running, () => this.#open(id, running));
  }

  /** Another peer connection serves the call. */
  move(id: CallId, peer: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    const { isTorn } = running;
    Object.assign(running, { peer, isTorn: false });
    this.#then(id, running, async () => {
      if (!isTorn) return this.#options.media.startRecording(id, peer, { tone: this.#options.tone() });
      await this.#close(id, running);
      await this.#open(id, running);
    });
  }

  end(id: CallId): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    const { media, logger } = this.#options;
    const note = (error: unknown): void => logger.warn('A recording did not end in order', { call: id, error: String(error) });
    running.tail = running.tail
      // The file is closed all the same: what was told until now is in it.
      .then(() => media.stopRecording(id).catch(note))
      .then(() => this.#close(id, running))
      .catch(note);
  }

  /** Forgets a call that is gone. */
  release(id: CallId): void {
    this.#running.delete(id);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
    for (const id of this.#running.keys()) this.end(id);
    this.#running.clear();
  }

  async #close(id: CallId, running: Running): Promise<void> {
    const closed = await this.#options.recordings.finish(id);
    running.path = null;
    running.first ??= closed;
  }

  async #open(id: CallId, running: Running): Promise<void> {
    const { media, recordings, tone } = this.#options;
    running.path = await recordings.start(id, { party: running.party, began: running.began });
    await media.startRecording(id, running.peer, { tone: tone() });
  }

  #then(id: CallId, running: Running, work: () => Promise<void>): void {
    const { report } = this.#options;
    running.tail = running.tail.then(work).then(
      () => report(id, { type: 'recording-started' }),
      (error: unknown) => report(id, { type: 'recording-failed', error: this.#placed(id, recordingError(error)) }),
    );
  }

  /** The sentence names the file. */
  #placed(id: CallId, { code, details }: ErrorReport): ErrorReport {
    return { code, details: { path: this.#running.get(id)?.path ?? '', ...details } };
  }
}

/** Whatever goes wrong, the person asked for a recording and has none. */
function recordingError(error: unknown): ErrorReport {
  if (error instanceof AppError && error.kind === 'expected' && error.code !== 'media-failed') return error.toReport();
  return { code: 'recording-failed', details: { reason: String(error) } };
}
