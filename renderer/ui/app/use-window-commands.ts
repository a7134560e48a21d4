import { useEffect } from 'react';
import type { WindowCommand } from '#shared/ipc/ui-contract.ts';
import type { Commands } from '../store/commands.ts';
import { useUi } from '../store/ui-context.tsx';

/** Carries out what main, for a link or a second start, asks of this window, and what came before the window was there. */
export function useWindowCommands(): void {
  const { client, commands } = useUi();
  useEffect(() => {
    const stop = client.on('command', (command) => carryOut(command, commands));
    client.request('app.take-command', {}).then(
      ({ command }) => command !== null && carryOut(command, commands),
      // nothing a person could do about it, and the link can be clicked again
      () => undefined,
    );
    return stop;
  }, [client, commands]);
}

function carryOut(command: WindowCommand, commands: Commands): void {
  switch (command.name) {
    case 'focus-search':
      commands.focusSearch();
      break;
    case 'prefill-dial':
      commands.focusSearch(command.target);
      break;
    case 'open-page':
      commands.openPage(command.page);
      break;
    case 'send-on':
      commands.openPanel({ call: command.call, kind: 'deflect' });
      break;
  }
}
