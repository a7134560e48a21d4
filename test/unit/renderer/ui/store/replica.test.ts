import { describe, expect, it } from 'vitest';
import type { UiContract } from '#shared/ipc/ui-contract.ts';
import type { Snapshot, StatePatch } from '#shared/state/app-state.ts';
import type { Bridge } from '#shared/ipc/bridge.ts';
import { createClient, RequestError } from '#renderer/ui/bridge.ts';
import { createReplica } from '#renderer/ui/store/replica.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';

/** A bridge whose answers and events the test gives one by one. */
function scriptedBridge() {
  const waiting: ((snapshot: Snapshot) => void)[] = [];
  const listeners = new Set<(value: StatePatch) => void>();
  const bridge = {
    request: () => new Promise((resolve) => waiting.push((value) => resolve({ ok: true, value }))),
    on: (_name: string, listener: (value: StatePatch) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    bridge: bridge as unknown as Bridge<UiContract>,
    waiting,
    listeners,
    send: (patch: StatePatch) => listeners.forEach((listener) => listener(patch)),
  };
}

describe('the replica of a page', () => {
  it('asks once, buffers meanwhile, asks again after a gap, and lets go when disposed', async () => {
    const { bridge, waiting, listeners, send } = scriptedBridge();
    const replica = createReplica(createClient(bridge));
    const started = replica.start();
    send({ revision: 4, patch: { media: { ready: false } } });
    expect(waiting).toHaveLength(1);
    waiting.shift()?.({ revision: 3, state: sampleState() });
    await started;
    expect(replica.store.getState()).toMatchObject({ revision: 4, behind: false, app: { media: { ready: false } } });

    send({ revision: 6, patch: {} });
    send({ revision: 7, patch: {} });
    expect(waiting).toHaveLength(1);
    const caughtUp = new Promise<void>((resolve) => {
      const stop = replica.store.subscribe(({ behind }) => {
        if (behind) return;
        stop();
        resolve();
      });
    });
    waiting.shift()?.({ revision: 6, state: sampleState() });
    await caughtUp;
    expect(replica.store.getState().revision).toBe(7);

    replica.dispose();
    expect(listeners.size).toBe(0);
  });

  it('rejects with a report when main refuses, and when the bridge itself breaks', async () => {
    const refusing = {
      request: () => Promise.resolve({ ok: false, error: { code: 'request-refused', details: {} } }),
      on: () => () => undefined,
    };
    const broken = { request: () => Promise.reject(new Error('gone')), on: () => () => undefined };
    const start = (bridge: unknown) => createReplica(createClient(bridge as Bridge<UiContract>)).start();
    await expect(start(refusing)).rejects.toMatchObject({ report: { code: 'request-refused' } });
    await expect(start(broken)).rejects.toBeInstanceOf(RequestError);
  });
});
