import { useEffect } from 'react';
import { useUi } from '../store/ui-context.tsx';

/** Carries out what menu, tray, hotkeys or a second start ask of this window. */
export function useWindowCommands(): void {
  const { client, commands } = useUi();
  useEffect(
    () =>
      client.on('command', (command) => {
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
        }
      }),
    [client, commands],
  );
}
