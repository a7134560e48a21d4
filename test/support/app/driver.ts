import type { Page } from 'playwright-core';
import type { Params, RequestName, Result } from '#shared/ipc/contract.ts';
import type { UiContract } from '#shared/ipc/ui-contract.ts';
import type { CallView } from '#shared/calls/call.ts';
import type { ToneProbe } from '#shared/media/media.ts';
import type { AppState } from '#shared/state/app-state.ts';

/** Asks main through the page's own bridge, as the page does. @throws Error with the error report when it is refused */
export async function ask<N extends RequestName<UiContract>>(
  page: Page,
  name: N,
  params: Params<UiContract, N>,
): Promise<Result<UiContract, N>> {
  const reply = await page.evaluate(
    ([request, value]) => {
      const bridge = (window as unknown as { commute: { request(name: string, params: unknown): Promise<unknown> } }).commute;
      return bridge.request(request, value);
    },
    [name, params] as const,
  );
  const answer = reply as { ok: true; value: Result<UiContract, N> } | { ok: false; error: { code: string; details: unknown } };
  if (!answer.ok) throw new Error(`${name}: ${answer.error.code} ${JSON.stringify(answer.error.details)}`);
  return answer.value;
}

export async function stateOf(page: Page): Promise<AppState> {
  return (await ask(page, 'state.get', {})).state;
}

/**
 * Waits until the state fulfils a condition; looks again whenever main announces a change, so that nothing is polled.
 * @throws Error with the last state's calls and registration when it does not happen in time
 */
export async function waitForState<T>(
  page: Page,
  what: string,
  pick: (state: AppState) => T | undefined | false | null,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    // Listen before looking: a change in between is not missed.
    const change = nextPatch(page, Math.max(1, deadline - performance.now()));
    const state = await stateOf(page);
    const picked = pick(state);
    if (picked !== undefined && picked !== false && picked !== null) {
      await change.catch(() => undefined);
      return picked;
    }
    if (performance.now() >= deadline) {
      const { session, registration, calls, notices, media } = state;
      throw new Error(
        `Did not happen within ${timeoutMs} ms: ${what}. State: ${JSON.stringify({ session, registration, calls, notices, media }, null, 1)}`,
      );
    }
    await change.catch(() => undefined);
  }
}

/** The next change, or 250 ms: the listener lives in the page and must not stay there. */
async function nextPatch(page: Page, atMostMs: number): Promise<void> {
  await page.evaluate(
    (patience) =>
      new Promise<void>((resolve) => {
        const bridge = (window as unknown as { commute: { on(name: string, listener: () => void): () => void } }).commute;
        const finish = (): void => {
          clearTimeout(timer);
          stop();
          resolve();
        };
        const timer = setTimeout(finish, patience);
        const stop = bridge.on('state.patch', finish);
      }),
    Math.min(atMostMs, 250),
  );
}

/** The call with this number, as soon as it fulfils the condition. */
export function callWith(page: Page, number: string, what: string, condition: (call: CallView) => boolean = () => true): Promise<CallView> {
  return waitForState(page, `${what}: the call with ${number}`, ({ calls }) =>
    calls.find((call) => call.remote.number === number && condition(call)),
  );
}

/** The one call there is, as soon as it is in one of these phases. */
export function callIn(page: Page, ...phases: CallView['phase'][]): Promise<CallView> {
  return waitForState(page, `a call in ${phases.join(' or ')}`, ({ calls }) => calls.find(({ phase }) => phases.includes(phase)), 20_000);
}

/**
 * Switches off what Chromium does to a microphone: its echo canceller takes a steady tone beside another one for an echo, and keeps it
 * away from the far end for seconds.
 */
export async function unprocessedMicrophone(page: Page): Promise<void> {
  await ask(page, 'settings.update', { audio: { echoCancellation: false, noiseSuppression: false } });
}

export function registered(page: Page, timeoutMs?: number): Promise<AppState['registration']> {
  return waitForState(page, 'registered', ({ registration }) => registration.phase === 'registered' && registration, timeoutMs);
}

/** Listens until a tone near `hz` is heard; media needs a moment after the answer. @returns what was heard last */
export async function hear(page: Page, call: string, hz: number, toleranceHz = 3, timeoutMs = 15_000): Promise<ToneProbe> {
  return listen(page, call, ({ frequencyHz }) => frequencyHz !== null && Math.abs(frequencyHz - hz) <= toleranceHz, `${hz} Hz`, timeoutMs);
}

/** Listens until the tones of `present` are heard and none of `absent`: what is left of those lies 30 dB below. */
export async function hearOnly(
  page: Page,
  call: string,
  present: readonly number[],
  absent: readonly number[],
  timeoutMs = 15_000,
): Promise<ToneProbe> {
  const levelOf = ({ peaks }: ToneProbe, hz: number): number =>
    Math.max(-120, ...peaks.filter((peak) => Math.abs(peak.frequencyHz - hz) <= 5).map(({ levelDb }) => levelDb));
  const isIt = (probe: ToneProbe): boolean => {
    const weakest = Math.min(...present.map((hz) => levelOf(probe, hz)));
    return weakest > -60 && absent.every((hz) => levelOf(probe, hz) < weakest - 30);
  };
  return listen(page, call, isIt, `${present.join(' and ')} Hz, and not ${absent.join(' or ')} Hz`, timeoutMs);
}

/** Listens until there is silence. */
export async function hearSilence(page: Page, call: string, timeoutMs = 15_000): Promise<ToneProbe> {
  return listen(page, call, ({ levelDb }) => levelDb < -70, 'silence', timeoutMs);
}

/** Listens until there is sound other than a tone near `hz`: music, or a server's tone. */
export async function hearOtherThan(page: Page, call: string, hz: number, timeoutMs = 15_000): Promise<ToneProbe> {
  const isOther = ({ frequencyHz, levelDb }: ToneProbe): boolean =>
    levelDb > -50 && frequencyHz !== null && Math.abs(frequencyHz - hz) > 20;
  return listen(page, call, isOther, `anything but ${hz} Hz`, timeoutMs);
}

/** As `hear`, for a call whose media window may be away just now. */
export async function soundBack(page: Page, call: string, hz: number, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = deadline - performance.now();
    try {
      await hear(page, call, hz, 3, left);
      return;
    } catch (error) {
      if (left <= 0 || !String(error).includes('media-failed')) throw error;
    }
  }
}

async function listen(page: Page, call: string, isIt: (probe: ToneProbe) => boolean, what: string, timeoutMs: number): Promise<ToneProbe> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const probe = await ask(page, 'call.probe-tone', { call, direction: 'inbound', durationMs: 400 });
    if (isIt(probe)) return probe;
    if (performance.now() > deadline) throw new Error(`Expected ${what}, but heard ${JSON.stringify(probe)}.`);
  }
}
