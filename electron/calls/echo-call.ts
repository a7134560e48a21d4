import type { CallView } from '#shared/calls/call.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DialOptions } from '#shared/ipc/ui-contract.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';

/** What an echo call needs of the calls. */
export interface EchoCalls {
  readonly onChanged: Event<readonly CallView[]>;
  dial(target: string, options: DialOptions): string;
  hangUp(id: string): void;
}

/**
 * Calls an echo application and hangs up as soon as sound has come back: an echo says only what it was told, so that both ways are
 * proved. The call is one like any other, with its card and its line in the call list.
 * @returns `heard: false` when the signal ended the wait after the call stood
 * @throws AppError why the call did not come to stand
 */
export async function echoCall(calls: EchoCalls, number: string, signal: AbortSignal): Promise<{ readonly heard: boolean }> {
  const done = Promise.withResolvers<{ readonly heard: boolean }>();
  const listening: Disposable[] = [];
  let stood = false;
  let ended = false;
  const id = calls.dial(number, { anonymous: null, shownNumber: null });
  const onAbort = (): void => {
    if (stood) done.resolve({ heard: false });
    else done.reject(new AppError('call-not-answered', { details: { number } }));
  };
  listening.push(
    calls.onChanged((views) => {
      const call = views.find((view) => view.id === id);
      stood ||= call?.phase === 'connected';
      // quality is told once packets arrive
      if (call?.phase === 'connected' && call.quality !== null) done.resolve({ heard: true });
      ended = call === undefined || call.phase === 'ended';
      if (ended) done.reject(failureOf(call, number));
    }),
  );
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await done.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const each of listening) each.dispose();
    if (!ended) calls.hangUp(id);
  }
}

function failureOf(call: CallView | undefined, number: string): AppError {
  const reason = call?.endReason;
  if (reason?.kind === 'failed') return new AppError(reason.error.code, { details: reason.error.details });
  return new AppError(reason?.kind === 'busy' ? 'call-busy' : 'call-not-answered', { details: { number } });
}
