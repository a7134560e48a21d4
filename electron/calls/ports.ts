import type { CallId } from '#shared/calls/call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import type { AppError } from '#shared/errors/app-error.ts';
import type { Settings } from '#shared/settings/settings.ts';
import type { Event } from '#shared/util/emitter.ts';

/**
 * Where calls are written down. `open` is told when a call begins and again when it is answered, so that a process that dies in
 * between leaves a line in the call list; `close` when it has ended, and once more when its recording turned out to be empty.
 */
export interface CallJournal {
  open(draft: HistoryEntry): void;
  close(entry: HistoryEntry): void;
}

/** Files for recordings. The pieces come from the media window; this names, opens and closes the file they go to. */
export interface Recordings {
  /** The disk takes no more; what was written stays, and `finish` tells where. */
  readonly onFailed: Event<{ readonly recording: CallId; readonly error: AppError }>;
  /**
   * Opens a file; after `finish` the same call may be recorded again, to another one.
   * @param names what the file is called after: who is there, and when the recording began, wall time in ms; what goes on in another file
   * keeps both, and gets a number behind the name
   * @returns its absolute path
   * @throws AppError recording-folder-missing, recording-failed, disk-full
   */
  start(recording: CallId, names: { readonly party: string; readonly began: number }): Promise<string>;
  /** Closes it. @returns its path; null when nothing was recorded */
  finish(recording: CallId): Promise<string | null>;
}

/** The settings that calls obey. */
export type CallRules = Pick<Settings, 'audio' | 'ice' | 'dialling' | 'serverFeatures' | 'availability' | 'calls' | 'recording'>;
