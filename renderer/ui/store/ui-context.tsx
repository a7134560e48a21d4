import { createContext, use, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '#shared/state/app-state.ts';
import type { UiClient } from '../bridge.ts';
import type { Commands } from './commands.ts';
import type { Replica } from './replica.ts';
import type { View, ViewState } from './view.ts';

/** Everything that components reach beyond their props; made once by the page. */
export interface UiServices {
  readonly client: UiClient;
  readonly replica: Replica;
  readonly view: View;
  readonly commands: Commands;
  /** Wall time in ms, comparable with the times in the state. */
  readonly now: () => number;
}

const UiContext = createContext<UiServices | null>(null);

export function UiProvider({ services, children }: { readonly services: UiServices; readonly children: ReactNode }) {
  return <UiContext value={services}>{children}</UiContext>;
}

export function useUi(): UiServices {
  const services = use(UiContext);
  if (services === null) throw new Error('This component belongs below UiProvider.');
  return services;
}

export function useCommands(): Commands {
  return useUi().commands;
}

/** Whether main's state has arrived. */
export function useIsLoaded(): boolean {
  return useStore(useUi().replica.store, ({ app }) => app !== null);
}

/** A slice of main's state; only below a component that waits for `useIsLoaded`. `select` returns parts, never new objects. */
export function useAppState<T>(select: (app: AppState) => T): T {
  return useStore(useUi().replica.store, ({ app }) => {
    if (app === null) throw new Error('The state has not arrived yet.');
    return select(app);
  });
}

/** A part of what this window shows. `select` returns parts, never new objects. */
export function useView<T>(select: (view: ViewState) => T): T {
  return useStore(useUi().view, select);
}
