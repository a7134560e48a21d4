import type { AppState, Snapshot, StatePatch } from '#shared/state/app-state.ts';

/** How far ahead patches are kept while a snapshot is asked for; beyond it the snapshot will be newer than them anyway. */
const bufferLimit = 256;

/**
 * A copy of main's state. While `behind`, the last known state stays on the screen, patches wait in `buffered` and a
 * snapshot is on its way.
 */
export interface ReplicaState {
  readonly revision: number;
  readonly app: AppState | null;
  readonly behind: boolean;
  readonly buffered: readonly StatePatch[];
}

export const emptyReplica: ReplicaState = { revision: -1, app: null, behind: true, buffered: [] };

/** Takes the next patch; one that is not the next puts the replica behind. */
export function withPatch(replica: ReplicaState, patch: StatePatch): ReplicaState {
  if (replica.behind || replica.app === null)
    return { ...replica, behind: true, buffered: [...replica.buffered, patch].slice(-bufferLimit) };
  if (patch.revision <= replica.revision) return replica;
  if (patch.revision !== replica.revision + 1) return { ...replica, behind: true, buffered: [patch] };
  return { ...replica, revision: patch.revision, app: merged(replica.app, patch) };
}

/** Takes a snapshot and the waiting patches that follow it; still `behind` when there is a hole among those. */
export function withSnapshot(replica: ReplicaState, snapshot: Snapshot): ReplicaState {
  let { revision } = snapshot;
  let app = snapshot.state;
  const waiting = replica.buffered.filter((patch) => patch.revision > revision).sort((a, b) => a.revision - b.revision);
  for (const [index, patch] of waiting.entries()) {
    if (patch.revision === revision) continue;
    if (patch.revision !== revision + 1) return { revision, app, behind: true, buffered: waiting.slice(index) };
    revision = patch.revision;
    app = merged(app, patch);
  }
  return { revision, app, behind: false, buffered: [] };
}

function merged(app: AppState, { patch }: StatePatch): AppState {
  const present = Object.fromEntries(Object.entries(patch).filter(([, slice]) => slice !== undefined));
  return { ...app, ...present };
}
