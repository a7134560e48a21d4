import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 25;

/** Ids of the processes, other than this one, whose command line contains `text`. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(text));
}

/** The arguments of a process, divided by NUL; empty once it is gone. */
export function commandLine(pid: number): string {
  return readProcess(pid, 'cmdline');
}

/** One line of `/proc/<pid>/status`, such as `Seccomp` or `Uid`; undefined once the process is gone. */
export function statusOf(pid: number, field: string): string | undefined {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readProcess(pid, 'status'))?.[1];
}

/**
 * Waits until no process names `text` any more; those still there after `patienceMs` are killed.
 * @returns how many had to be killed
 */
export async function endProcessesNaming(text: string, patienceMs: number): Promise<number> {
  for (let waited = 0; waited < patienceMs && processesNaming(text).length > 0; waited += pollMs) await delay(pollMs);
  const stubborn = processesNaming(text);
  for (const pid of stubborn) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone by itself in between
    }
  }
  return stubborn.length;
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
