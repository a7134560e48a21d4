import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StatePatch } from '#shared/state/app-state.ts';
import { emptyReplica, withPatch, withSnapshot, type ReplicaState } from '#renderer/ui/store/replica-state.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';

const base = sampleState();
const patch = (revision: number): StatePatch => ({ revision, patch: { history: { version: revision, unseenMissed: 0 } } });
const snapshot = (revision: number) => ({ revision, state: { ...base, history: { version: revision, unseenMissed: 0 } } });
const ready = withSnapshot(emptyReplica, snapshot(5));

describe('the replica', () => {
  it('takes a snapshot and the patches after it', () => {
    const next = withPatch(ready, patch(6));
    expect([next.revision, next.behind, next.app?.history.version]).toEqual([6, false, 6]);
    expect(next.app?.people).toBe(base.people);
  });

  it('ignores what it knows already', () => {
    expect(withPatch(ready, patch(5))).toBe(ready);
    expect(withPatch(ready, patch(2))).toBe(ready);
  });

  it('notices a gap, keeps the last state on the screen, and closes the gap with a snapshot', () => {
    const behind = withPatch(withPatch(ready, patch(8)), patch(9));
    expect([behind.behind, behind.app?.history.version, behind.buffered.length]).toEqual([true, 5, 2]);
    const caughtUp = withSnapshot(behind, snapshot(8));
    expect([caughtUp.behind, caughtUp.revision, caughtUp.app?.history.version]).toEqual([false, 9, 9]);
  });

  it('stays behind when the snapshot is older than the gap', () => {
    const behind = withSnapshot(withPatch(ready, patch(9)), snapshot(6));
    expect([behind.behind, behind.revision, behind.buffered.length]).toEqual([true, 6, 1]);
  });

  it('keeps patches that arrive before the first snapshot', () => {
    const early = withPatch(withPatch(emptyReplica, patch(1)), patch(2));
    expect(withSnapshot(early, snapshot(1)).revision).toBe(2);
  });

  it('does not lose a slice to a patch that names it without a value', () => {
    const slices: Record<string, undefined> = { people: undefined };
    expect(withPatch(ready, { revision: 6, patch: slices }).app?.people).toBe(base.people);
  });

  it('ends at the newest revision in whatever way messages are lost, doubled or late', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (revisions) => {
        let replica: ReplicaState = emptyReplica;
        let newest = 0;
        for (const revision of revisions) {
          newest = Math.max(newest, revision);
          replica = withPatch(replica, patch(revision));
          // what the page does when it is behind: main answers with what is newest by then
          if (replica.behind) replica = withSnapshot(replica, snapshot(newest));
          expect(replica.behind).toBe(false);
          expect(replica.app?.history.version).toBe(replica.revision);
        }
        if (revisions.length > 0) expect(replica.revision).toBe(newest);
      }),
    );
  });
});
