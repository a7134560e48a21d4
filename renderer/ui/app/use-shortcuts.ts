import { useEffect } from 'react';
import { isMac } from '../keyboard/platform.ts';
import { shortcutOf, type ShortcutName } from '../keyboard/shortcuts.ts';
import type { CallView } from '#shared/calls/call.ts';
import { callInHand, callsToJoin, callToEnd, callToSwap, consultationInHand, ringingCall, roleOf, verbsOf } from '../store/call-verbs.ts';
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
  const { app } = replica.store.getState();
  const calls = app?.calls ?? [];
  const parks = (replica.store.getState().app?.settings.serverFeatures.codes.park ?? '') !== '';
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
    case 'doNotDisturb':
      if (app?.session.stage !== 'signed-in') return false;
      commands.changeAvailability({ doNotDisturb: !app.settings.availability.doNotDisturb });
      return true;
    case 'transfer':
    case 'add':
      return withCall(callToPass(calls), ({ id }) => commands.togglePanel({ call: id, kind: name }));
    case 'park':
      return parks && withCall(callToPass(calls), ({ id }) => commands.togglePanel({ call: id, kind: 'park' }));
    case 'completeTransfer':
      return withCall(consultationInHand(calls)?.consultation, commands.completeTransfer);
    case 'backToCaller':
      return withCall(consultationInHand(calls)?.consultation, commands.backToCaller);
    case 'swap':
      return withCall(callToSwap(calls), commands.swap);
    case 'conference':
      return withCall(callsToJoin(calls), commands.join);
    case 'redial':
      commands.redial();
      return true;
    case 'nextRegion':
      cycleRegion(document, 1);
      return true;
    case 'previousRegion':
      cycleRegion(document, -1);
      return true;
    case 'back':
      return commands.closePanel() || commands.goBack();
  }
}

/** The call in hand, if it can be given to somebody. */
function callToPass(calls: readonly CallView[]): CallView | undefined {
  const call = callInHand(calls);
  return call !== undefined && verbsOf(call, roleOf(call, calls)).includes('transfer') ? call : undefined;
}
