import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of /proc/<pid>/stat counts in ticks of the kernel's interface, which is 100 Hz on every Linux. */
const ticksPerSecond = 100;

/** The ids of a process and everything it started that is still alive. */
export function processTree(root: number): number[] {
  const children = Map.groupBy(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
    (pid) => Number(statFields(pid)[1] ?? -1),
  );
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Megabytes of memory of a tree: what is shared among processes counts in parts (PSS). */
export interface TreeMemory {
  readonly pssMb: number;
  readonly privateDirtyMb: number;
  /** PSS of each process with the word that tells its kind. */
  readonly parts: readonly { readonly kind: string; readonly pssMb: number }[];
}

/** @throws Error where a sandboxed process may not be looked at: only root may read the memory map of those */
export function treeMemory(root: number): TreeMemory {
  const pids = processTree(root);
  const parts = pids.map((pid) => ({ kind: kindOf(pid), ...rollup(pid) }));
  const total = (pick: (part: (typeof parts)[number]) => number): number => parts.reduce((sum, part) => sum + pick(part), 0);
  return {
    pssMb: total(({ pssMb }) => pssMb),
    privateDirtyMb: total(({ privateDirtyMb }) => privateDirtyMb),
    parts: parts.map(({ kind, pssMb }) => ({ kind, pssMb })),
  };
}

/** Seconds of CPU time, user and system, that each process of a tree has used. */
export function treeCpu(root: number): ReadonlyMap<number, number> {
  return new Map(
    processTree(root).map((pid) => {
      const fields = statFields(pid);
      return [pid, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond];
    }),
  );
}

/** Seconds of CPU time between two readings of the same tree. */
export function cpuBetween(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}

/** The fields of /proc/<pid>/stat behind the name, `state` first; none once the process is gone. */
function statFields(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function rollup(pid: number): { pssMb: number; privateDirtyMb: number } {
  const text = readRollup(pid);
  const megabytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { pssMb: megabytes('Pss'), privateDirtyMb: megabytes('Private_Dirty') };
}

function readRollup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  } catch (error) {
    if (process.getuid?.() === 0) return ''; // it ended in between
    throw new Error('The memory of sandboxed processes can be read by root only: run this figure as root.', { cause: error });
  }
}

function kindOf(pid: number): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split(/[\0 ]/);
  const type = line.find((word) => word.startsWith('--type='))?.slice(7) ?? 'main';
  const sub = line.find((word) => word.startsWith('--utility-sub-type='))?.slice(19);
  return sub ?? type;
}
