import { createStore, type StoreApi } from 'zustand/vanilla';
import type { UiClient } from '../bridge.ts';
import { emptyReplica, withPatch, withSnapshot, type ReplicaState } from './replica-state.ts';

export interface Replica {
  readonly store: StoreApi<ReplicaState>;
  /** Subscribes to patches and asks for the first snapshot. Resolves when the state is there; rejects with `RequestError`. */
  start(): Promise<void>;
  dispose(): void;
}

/** Keeps a numbered copy of main's state and asks for a new snapshot whenever a patch is missing. */
export function createReplica(client: UiClient): Replica {
  const store = createStore<ReplicaState>(() => emptyReplica);
  let unsubscribe: (() => void) | undefined;
  let asking: Promise<void> | undefined;

  async function fetchSnapshot(): Promise<void> {
    do {
      const snapshot = await client.request('state.get', {});
      store.setState(withSnapshot(store.getState(), snapshot), true);
    } while (store.getState().behind);
  }

  function catchUp(): Promise<void> {
    asking ??= fetchSnapshot().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  return {
    store,
    start() {
      unsubscribe = client.on('state.patch', (patch) => {
        store.setState(withPatch(store.getState(), patch), true);
        // a failed question is asked again with the next patch
        if (store.getState().behind) catchUp().catch(() => undefined);
      });
      return catchUp();
    },
    dispose() {
      unsubscribe?.();
      unsubscribe = undefined;
    },
  };
}
