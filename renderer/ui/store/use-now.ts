import { useEffect, useState } from 'react';
import { useUi } from './ui-context.tsx';

/** The wall time, renewed every `everyMs` while `running`. */
export function useNow(everyMs = 1000, running = true): number {
  const { now } = useUi();
  const [time, setTime] = useState(now);
  useEffect(() => {
    if (!running) return undefined;
    setTime(now());
    const timer = setInterval(() => setTime(now()), everyMs);
    return () => clearInterval(timer);
  }, [now, everyMs, running]);
  return time;
}
