import { useEffect } from 'react';
import { isMac } from '../keyboard/platform.ts';
import { shortcutOf, type ShortcutName } from '../keyboard/shortcuts.ts';
import { callInHand, callToEnd, ringingCall } from '../store/call-verbs.ts';
import { useUi, type UiServices } from '../store/ui-context.tsx';
import { cycleRegion } from './regions.ts';

/** Carries out the keyboard map of the window. */
export function useShortcuts(): void {
  const services = useUi();
  useEffect(() => {
    const mac = isMac();
    const onKey = (event: KeyboardEvent): void => {
      const name = event.repeat ? undefined : shortcutOf(event, mac);
      if (name !== undefined && carryOut(name, services)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [services]);
}

/** Tells whether there was something to do. */
function carryOut(name: ShortcutName, { replica, commands }: UiServices): boolean {
  const calls = replica.store.getState().app?.calls ?? [];
  const withCall = <T>(call: T | undefined, act: (call: T) => void): boolean => {
    if (call !== undefined) act(call);
    return call !== undefined;
  };
  switch (name) {
    case 'search':
      commands.focusSearch();
      return true;
    case 'answer':
      return withCall(ringingCall(calls), commands.answer);
    case 'hangUp':
      return withCall(callToEnd(calls), commands.end);
    case 'mute':
      return withCall(callInHand(calls), commands.toggleMute);
    case 'hold':
      return withCall(callInHand(calls), commands.toggleHold);
    case 'nextRegion':
      cycleRegion(document, 1);
      return true;
    case 'previousRegion':
      cycleRegion(document, -1);
      return true;
    case 'back':
      return commands.goBack();
  }
}
