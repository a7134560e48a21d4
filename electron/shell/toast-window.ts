import { BrowserWindow, screen, type WebContents } from 'electron';
import type { CallId, CallView } from '#shared/calls/call.ts';
import type { ToastView } from '#shared/ipc/toast-contract.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { pages } from './app-scheme.ts';
import { securePreferences } from './web-preferences.ts';

export interface ToastWindowOptions {
  readonly preload: string;
  readonly clock: Clock;
  readonly admit: (contents: WebContents) => Disposable;
  readonly send: (contents: WebContents, view: ToastView) => void;
  readonly look: () => Omit<ToastView, 'call'>;
}

const width = 340;
const height = 120;
const margin = 16;

/** The page costs memory, so it goes after this time without a call; in ms. */
const idleMs = 60_000;

/**
 * The card of an incoming call: always on top, on the screen in use, and it never takes the focus from what a person is
 * typing. Shows the call that rang first.
 */
export class ToastWindow implements Disposable {
  readonly #options: ToastWindowOptions;
  #window: BrowserWindow | undefined;
  #owned: DisposableStore | undefined;
  #loaded = false;
  #shown: CallView | null = null;
  #idle: Disposable | undefined;

  constructor(options: ToastWindowOptions) {
    this.#options = options;
  }

  /** What the page shows now. */
  view(): ToastView {
    return { call: this.#shown, ...this.#options.look() };
  }

  get showsCall(): CallId | null {
    return this.#shown?.id ?? null;
  }

  /** Tells which calls there are; the first that rings is shown, and without one the card goes. */
  update(calls: readonly CallView[]): void {
    const ringing = calls.find((call) => call.phase === 'ringing-in') ?? null;
    if (ringing === null && this.#shown === null) return;
    const isNew = ringing !== null && ringing.id !== this.#shown?.id;
    this.#shown = ringing;
    if (ringing === null) return this.#hide();
    this.#idle?.dispose();
    if (this.#window === undefined) this.#open();
    else if (this.#loaded) this.#present(isNew);
  }

  dispose(): void {
    this.#idle?.dispose();
    this.#window?.destroy();
  }

  #present(move: boolean): void {
    const window = this.#window;
    if (window === undefined) return;
    this.#options.send(window.webContents, this.view());
    if (move || !window.isVisible()) {
      const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
      window.setBounds({
        x: workArea.x + workArea.width - width - margin,
        y: workArea.y + workArea.height - height - margin,
        width,
        height,
      });
      window.showInactive();
    }
  }

  #hide(): void {
    const window = this.#window;
    if (window === undefined) return;
    window.hide();
    if (this.#loaded) this.#options.send(window.webContents, this.view());
    this.#idle?.dispose();
    this.#idle = this.#options.clock.schedule(idleMs, () => this.#window?.destroy());
  }

  #open(): void {
    const window = new BrowserWindow({
      width,
      height,
      show: false,
      frame: false,
      resizable: false,
      movable: true,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      acceptFirstMouse: true,
      backgroundColor: this.#options.look().theme === 'dark' ? '#1e222a' : '#ffffff',
      webPreferences: securePreferences(this.#options.preload),
    });
    window.setAlwaysOnTop(true, 'screen-saver');
    window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
    const owned = new DisposableStore();
    owned.add(this.#options.admit(window.webContents));
    this.#window = window;
    this.#owned = owned;
    this.#loaded = false;
    window.once('ready-to-show', () => {
      this.#loaded = true;
      if (this.#shown !== null) this.#present(true);
    });
    window.once('closed', () => {
      this.#owned?.dispose();
      this.#owned = undefined;
      this.#window = undefined;
      this.#loaded = false;
    });
    void window.loadURL(pages.toast);
  }
}
