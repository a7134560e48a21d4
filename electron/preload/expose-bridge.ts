import { contextBridge, ipcRenderer } from 'electron';
import type { Reply } from '#shared/ipc/bridge.ts';
import type { Contract, EventName, RequestName } from '#shared/ipc/contract.ts';

/** Every name of a contract, checked by the compiler to be neither too few nor too many. */
export interface BridgeNames<C extends Contract> {
  readonly requests: Readonly<Record<RequestName<C>, true>>;
  readonly events: Readonly<Record<EventName<C>, true>>;
}

interface EventMessage {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Gives the page `window.commute` with `request` and `on`, and nothing else of Electron. Names are checked here so that
 * a page cannot reach other channels; shapes are checked by the door in main, which does not trust this side.
 */
export function exposeBridge<C extends Contract>(names: BridgeNames<C>): void {
  const requests = new Set<string>(Object.keys(names.requests));
  const events = new Set<string>(Object.keys(names.events));
  contextBridge.exposeInMainWorld(
    'commute',
    Object.freeze({
      request(name: string, params: unknown): Promise<unknown> {
        if (requests.has(name)) return ipcRenderer.invoke('commute:request', { name, params });
        const refusal: Reply<never> = { ok: false, error: { code: 'request-refused', details: { name: String(name) } } };
        return Promise.resolve(refusal);
      },
      on(name: string, listener: (value: unknown) => void): () => void {
        if (!events.has(name)) return () => undefined;
        const receive = (_event: unknown, message: EventMessage): void => {
          if (message.name === name) listener(message.value);
        };
        ipcRenderer.on('commute:event', receive);
        return () => {
          ipcRenderer.removeListener('commute:event', receive);
        };
      },
    }),
  );
}
