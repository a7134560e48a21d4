import { useMemo } from 'react';
import { readDial } from '#shared/calls/dial-plan.ts';
import type { CallView } from '#shared/calls/call.ts';
import { canCombine } from './call-verbs.ts';
import { findTargets, type ReadNumber, type Target } from './targets.ts';
import { useAppState } from './ui-context.tsx';
import { useRecentCalls } from './use-recent-calls.ts';

/** Whom `call` can be given to, as somebody types. `withCalls`: other live calls are among them. */
export function useTargets(call: CallView, query: string, withCalls: boolean): readonly Target[] {
  const people = useAppState((app) => app.people);
  const lines = useAppState((app) => app.lines);
  const calls = useAppState((app) => app.calls);
  const recent = useRecentCalls(query, 'newest');
  const readNumber = useReadNumber();
  return useMemo(() => {
    const others = withCalls ? calls.filter((other) => canCombine(call, other)) : [];
    return findTargets({ query, people, lines, recent, calls: others, except: call.remote.number, readNumber });
  }, [query, people, lines, recent, calls, call, withCalls, readNumber]);
}

/** Numbers as the dial plan of the settings will have them dialled. */
export function useReadNumber(): ReadNumber {
  const dialling = useAppState((app) => app.settings.dialling);
  return useMemo(
    () => (typed) => {
      const read = readDial(typed, dialling);
      return read.ok ? read.shown : undefined;
    },
    [dialling],
  );
}
