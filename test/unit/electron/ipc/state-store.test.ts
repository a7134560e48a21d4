import { describe, expect, it } from 'vitest';
import { StateStore } from '#electron/ipc/state-store.ts';
import { sampleState } from '#test/support/state/sample-state.ts';

function setUp() {
  const waiting: (() => void)[] = [];
  const store = new StateStore(sampleState(), (action) => waiting.push(action));
  const patches: unknown[] = [];
  store.onPatch((patch) => patches.push(patch));
  return { store, patches, turn: () => waiting.splice(0).forEach((action) => action()) };
}

describe('the state store', () => {
  it('sends what changed in one turn as one numbered patch', () => {
    const { store, patches, turn } = setUp();
    store.set('media', { ready: true });
    store.set('history', { version: 1, unseenMissed: 2 });
    expect(patches).toEqual([]);
    turn();
    expect(patches).toEqual([{ revision: 1, patch: { media: { ready: true }, history: { version: 1, unseenMissed: 2 } } }]);
  });

  it('gives a snapshot that the next patch continues from', () => {
    const { store, patches, turn } = setUp();
    store.set('media', { ready: true });
    expect(store.snapshot()).toMatchObject({ revision: 1, state: { media: { ready: true } } });
    turn();
    store.set('media', { ready: false });
    turn();
    expect(patches).toMatchObject([{ revision: 1 }, { revision: 2 }]);
  });

  it('sends nothing when nothing changed', () => {
    const { store, patches, turn } = setUp();
    store.set('media', store.state.media);
    turn();
    expect(patches).toEqual([]);
  });
});
