import { app, dialog, nativeTheme, type Session } from 'electron';
import { toastContract } from '#shared/ipc/toast-contract.ts';
import { uiContract, type UiContract, type WindowCommand } from '#shared/ipc/ui-contract.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import type { Placement } from '#shared/windows/placement.ts';
import { type Handlers, IpcDoor, sendEvent } from '../ipc/ipc-door.ts';
import type { StateStore } from '../ipc/state-store.ts';
import { toastHandlers } from '../ipc/toast-handlers.ts';
import type { CallService } from '../calls/call-service.ts';
import type { VersionedDocument } from '../storage/versioned-document.ts';
import { pages, serveApp } from '../shell/app-scheme.ts';
import { setMenu } from '../shell/menu.ts';
import { MainWindow } from '../shell/main-window.ts';
import { guardContents, guardSession } from '../shell/session-guard.ts';
import { ToastWindow } from '../shell/toast-window.ts';
import type { Foundation } from './foundation.ts';
import type { WindowCommands } from './window-commands.ts';

export interface Windows {
  readonly main: MainWindow;
  readonly toast: ToastWindow;
  readonly send: (command: WindowCommand) => void;
}

export interface WindowOptions {
  readonly foundation: Foundation;
  readonly state: StateStore;
  readonly calls: CallService;
  readonly handlers: Handlers<UiContract>;
  readonly commands: WindowCommands;
  readonly toastWanted: () => boolean;
  readonly placement: VersionedDocument<Placement>;
}

/** Makes a session safe to open windows in. Before any window. */
export function prepareSession(session: Session, { folders, loggers }: Foundation): void {
  const logger = loggers.logger('shell');
  serveApp(session, folders.renderer);
  guardSession(session, logger);
  guardContents(app, logger);
  setMenu(process.platform);
}

/** The windows that people see, and the door through which they speak. */
export function buildWindows(
  { foundation, state, calls, handlers, commands, toastWanted, placement }: WindowOptions,
  owned: DisposableStore,
): Windows {
  const { folders, clock, loggers } = foundation;
  const door = owned.add(new IpcDoor(loggers.logger('door')));
  door.start();
  const look = () => ({
    theme: state.state.app.theme,
    language: state.state.app.language,
    replies: state.state.settings.calls.replies,
  });
  const main = owned.add(
    new MainWindow({
      preload: folders.preload('ui'),
      title: titleOf(state.state.app.profile),
      icon: folders.icon,
      theme: () => look().theme,
      placement: () => placement.value,
      savePlacement: (value) => placement.save(value),
      admit: (contents) => {
        contents.on('did-start-loading', () => commands.lost());
        return door.admit(contents, { role: 'ui', url: pages.ui, contract: uiContract, handlers });
      },
    }),
  );
  const toast: ToastWindow = owned.add(
    new ToastWindow({
      preload: folders.preload('toast'),
      clock,
      look,
      send: (contents, view) => sendEvent(contents, toastContract, 'toast.view', view),
      admit: (contents) =>
        door.admit(contents, {
          role: 'toast',
          url: pages.toast,
          contract: toastContract,
          handlers: toastHandlers({
            view: () => toast.view(),
            answer: (call) => {
              calls.answer(call);
              main.show();
            },
            decline: (call) => calls.decline(call),
            reply: (call, text) => calls.reply(call, text),
            sendTo: (call) => {
              commands.give({ name: 'send-on', call });
              main.show();
            },
            openMain: () => main.show(),
          }),
        }),
    }),
  );
  owned.add(
    state.onPatch((patch) => {
      if (main.contents !== undefined) sendEvent(main.contents, uiContract, 'state.patch', patch);
    }),
  );
  owned.add(calls.onChanged((views) => toast.update(toastWanted() ? views : [])));
  return {
    main,
    toast,
    send: (command) => {
      if (main.contents !== undefined) sendEvent(main.contents, uiContract, 'command', command);
    },
  };
}

/** Asks in a window of the system whether to cut a call; German where the app speaks German. */
export async function askToCut(language: 'en' | 'de'): Promise<boolean> {
  const words =
    language === 'de'
      ? {
          message: 'Sie sind in einem Gespräch.',
          detail: 'Wenn Sie Commute beenden, wird es getrennt.',
          buttons: ['Weitersprechen', 'Beenden'],
        }
      : { message: 'You are in a call.', detail: 'Quitting Commute will end it.', buttons: ['Keep talking', 'Quit'] };
  const { response } = await dialog.showMessageBox({ type: 'question', defaultId: 0, cancelId: 0, noLink: true, ...words });
  return response === 1;
}

/** The system's theme and language, seen through the settings. */
export function resolveLook(
  theme: 'system' | 'light' | 'dark',
  language: 'system' | 'en' | 'de',
): { theme: 'light' | 'dark'; language: 'en' | 'de' } {
  if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
  const own = language === 'system' ? (app.getLocale().toLowerCase().startsWith('de') ? 'de' : 'en') : language;
  return { theme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light', language: own };
}

function titleOf(profile: string): string {
  return profile === '' ? 'Commute' : `Commute (${profile})`;
}
