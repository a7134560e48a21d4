import { useState } from 'react';
import type { LineState } from '#shared/people/line-state.ts';
import type { Person } from '#shared/people/person.ts';
import type { Callback } from '#shared/state/app-state.ts';
import { lineOf } from '../../store/lines.ts';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { actionsFor, type PersonAction } from './person-actions.ts';

export interface PersonView {
  readonly line: LineState | undefined;
  /** That we wait for this person. */
  readonly callback: Callback | undefined;
  readonly actions: readonly PersonAction[];
  /** Whether a message is being written. */
  readonly writing: boolean;
  carryOut(action: PersonAction): void;
  stopWriting(): void;
}

/** What somebody's line does and what can be done about it. */
export function usePerson(person: Person): PersonView {
  const commands = useCommands();
  const line = useAppState((app) => lineOf(app.lines, person));
  const callback = useAppState((app) => app.callbacks.find(({ number }) => person.numbers.includes(number)));
  const serverCallsBack = useAppState((app) => app.settings.serverFeatures.codes.callback !== '');
  const [writing, setWriting] = useState(false);
  const main = person.numbers[0] ?? '';
  const watched = line?.number ?? main;

  function carryOut(action: PersonAction): void {
    switch (action) {
      case 'pick-up':
        commands.pickUp(watched);
        break;
      case 'call':
        commands.dial(main);
        break;
      case 'tell-when-free':
        commands.requestCallback(watched, person.name);
        break;
      case 'stop-waiting':
        if (callback) commands.cancelCallback(callback.id);
        break;
      case 'message':
        setWriting(true);
        break;
    }
  }

  return { line, callback, actions: actionsFor(line, callback, serverCallsBack), writing, carryOut, stopWriting: () => setWriting(false) };
}
