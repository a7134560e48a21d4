import { AppError } from '#shared/errors/app-error.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';

/** The part of `process` that is listened to. */
export interface FaultSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/** A fault of ours must not cut a call: it is written down, told once, and the app goes on. */
export function watchFaults(source: FaultSource, logger: Logger, tell: (error: AppError) => void, flushLog: () => void): Disposable {
  const onFault = (error: unknown): void => {
    const what = error instanceof Error ? error.message : String(error);
    logger.error('An error nobody caught', { what, stack: error instanceof Error ? (error.stack ?? '') : '' });
    flushLog();
    tell(new AppError('internal', { kind: 'bug', details: { what } }));
  };
  source.on('uncaughtException', onFault);
  source.on('unhandledRejection', onFault);
  return toDisposable(() => {
    source.off('uncaughtException', onFault);
    source.off('unhandledRejection', onFault);
  });
}
