import { BrowserWindow, type IpcMainEvent, type WebPreferences } from 'electron';
import { mediaChannels, type MediaRequestMessage } from '#shared/ipc/media-bridge.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { MediaChannel } from './media-channel.ts';

export interface MediaWindowOptions {
  /** Address of the media page, `app://commute/...`. Messages from any other page are dropped. */
  readonly url: string;
  /** The house's secure preferences with the bundled media preload. */
  readonly preferences: WebPreferences;
}

/**
 * The hidden window that holds the media engine. Permissions (microphone, choice of speaker, and with them the real host
 * addresses instead of mDNS names in candidates) are granted by the session's handlers.
 */
export class MediaWindow implements MediaChannel {
  readonly #options: MediaWindowOptions;
  readonly #message = new Emitter<unknown>();
  readonly #gone = new Emitter<{ readonly reason: string }>();
  #window: BrowserWindow | undefined;

  readonly onMessage = this.#message.event;
  readonly onGone = this.#gone.event;

  constructor(options: MediaWindowOptions) {
    this.#options = options;
  }

  open(): void {
    this.#end({ mayHang: true });
    const window = new BrowserWindow({
      show: false,
      width: 200,
      height: 200,
      focusable: false,
      skipTaskbar: true,
      webPreferences: {
        ...this.#options.preferences,
        // hidden from birth to death, but never asleep
        backgroundThrottling: false,
        // ringing does not wait for a click
        autoplayPolicy: 'no-user-gesture-required',
      },
    });
    this.#window = window;
    const { webContents } = window;
    const tellGone = (reason: string): void => {
      if (this.#window !== window) return;
      this.#window = undefined;
      // the dead window goes in a later turn: Electron is still inside its own event
      setImmediate(() => destroy(window, false));
      this.#gone.fire({ reason });
    };
    webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    webContents.on('will-navigate', (event) => event.preventDefault());
    webContents.on('render-process-gone', (_event, { reason }) => tellGone(reason));
    webContents.on('preload-error', (_event, _path, error) => tellGone(`preload: ${error.message}`));
    webContents.on('did-fail-load', (_event, _code, description, _url, isMainFrame) => {
      if (isMainFrame) tellGone(`not loaded: ${description}`);
    });
    window.on('closed', () => tellGone('closed'));
    webContents.ipc.on(mediaChannels.toMain, (event, message: unknown) => {
      if (this.#window === window && this.#isOurPage(window, event)) this.#message.fire(message);
    });
    // a failure is told by did-fail-load
    window.loadURL(this.#options.url).catch(() => undefined);
  }

  send(message: MediaRequestMessage): void {
    this.#window?.webContents.send(mediaChannels.toWindow, message);
  }

  dispose(): void {
    this.#end({ mayHang: false });
    this.#message.dispose();
    this.#gone.dispose();
  }

  #isOurPage(window: BrowserWindow, event: IpcMainEvent): boolean {
    return event.senderFrame !== null && event.senderFrame === window.webContents.mainFrame && event.senderFrame.url === this.#options.url;
  }

  #end({ mayHang }: { readonly mayHang: boolean }): void {
    const window = this.#window;
    this.#window = undefined;
    if (window !== undefined) destroy(window, mayHang);
  }
}

/** A process that hangs outlives its window unless it is ended by force; one that does not hang must not look crashed. */
function destroy(window: BrowserWindow, mayHang: boolean): void {
  if (window.isDestroyed()) return;
  if (mayHang && !window.webContents.isCrashed()) window.webContents.forcefullyCrashRenderer();
  window.destroy();
}
