import { useCallback, useSyncExternalStore } from 'react';
import { useUi } from './ui-context.tsx';

/** The wall time in steps of `everyMs`; while `running` every step is drawn. */
export function useNow(everyMs = 1000, running = true): number {
  const { now } = useUi();
  const subscribe = useCallback(
    (step: () => void) => {
      if (!running) return () => undefined;
      const timer = setInterval(step, everyMs);
      return () => clearInterval(timer);
    },
    [running, everyMs],
  );
  // a step, and not the very time, so that two readings in one drawing agree
  return useSyncExternalStore(subscribe, () => Math.floor(now() / everyMs) * everyMs);
}
