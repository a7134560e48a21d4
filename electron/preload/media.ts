import { contextBridge, ipcRenderer } from 'electron';
import { type MediaBridge, mediaChannels } from '#shared/ipc/media-bridge.ts';

/** Lives as long as the page. */
function createBridge(): MediaBridge {
  let handle: ((message: unknown) => void) | undefined;
  ipcRenderer.on(mediaChannels.toWindow, (_event, message: unknown) => handle?.(message));
  return {
    onRequest(handler) {
      handle = handler;
    },
    send(message) {
      ipcRenderer.send(mediaChannels.toMain, message);
    },
  };
}

contextBridge.exposeInMainWorld('commute', Object.freeze(createBridge()));
