import { BrowserWindow, screen, type WebContents } from 'electron';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { defaultSize, openingBounds, type Placement, smallestSize } from '#shared/windows/placement.ts';
import { pages } from './app-scheme.ts';
import { securePreferences } from './web-preferences.ts';

export interface MainWindowOptions {
  readonly preload: string;
  readonly title: string;
  readonly icon: string;
  readonly theme: () => 'light' | 'dark';
  /** Where the window was the last time. */
  readonly placement: () => Placement;
  readonly savePlacement: (placement: Placement) => void;
  /** Called with the new page's contents before it loads, so that it can be let in at the door. */
  readonly admit: (contents: WebContents) => Disposable;
}

/** The background of the first frame, so that nothing flashes before the page has drawn. Same as `--bg` of the page's tokens. */
const backgrounds = { light: '#f4f5f7', dark: '#101216' } as const;

/** The window people work in. There is one; asked for again it comes to the front. */
export class MainWindow implements Disposable {
  readonly #options: MainWindowOptions;
  readonly #closed = new Emitter<void>();
  readonly #ready = new Emitter<void>();
  #window: BrowserWindow | undefined;
  #owned: DisposableStore | undefined;

  /** The person closed the window. */
  readonly onClosed = this.#closed.event;
  /** The first frame is on the screen. */
  readonly onShown = this.#ready.event;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  get contents(): WebContents | undefined {
    return this.#window?.webContents;
  }

  get isFocused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  /** Opens the window, or brings it to the front. */
  show(): void {
    if (this.#window !== undefined) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.show();
      this.#window.focus();
      return;
    }
    this.#open();
  }

  dispose(): void {
    this.#closed.dispose();
    this.#ready.dispose();
    this.#window?.destroy();
  }

  #open(): void {
    const { preload, title, icon, theme, admit, placement, savePlacement } = this.#options;
    const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const window = new BrowserWindow({
      ...(openingBounds(placement(), workAreas) ?? defaultSize),
      minWidth: smallestSize.width,
      minHeight: smallestSize.height,
      show: false,
      title,
      backgroundColor: backgrounds[theme()],
      autoHideMenuBar: true,
      icon,
      webPreferences: securePreferences(preload),
    });
    const owned = new DisposableStore();
    this.#window = window;
    this.#owned = owned;
    owned.add(admit(window.webContents));
    window.on('page-title-updated', (event) => event.preventDefault());
    if (placement().maximized) window.maximize();
    window.on('close', () => savePlacement({ version: 1, bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
    window.once('ready-to-show', () => {
      window.show();
      this.#ready.fire();
    });
    // A crashed page is drawn anew from main's state; calls do not live here.
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') setImmediate(() => !window.isDestroyed() && window.webContents.reload());
    });
    window.once('closed', () => {
      this.#owned?.dispose();
      this.#owned = undefined;
      this.#window = undefined;
      this.#closed.fire();
    });
    void window.loadURL(pages.ui);
  }
}
