import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTestUser } from '../../../build/setup/test-user.mjs';
import { createTempFolder } from './temp-folder.ts';

/** A disk of its own for the app's data, small enough to be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  dispose(): Promise<void>;
}

const blockBytes = 64 * 1024;

/**
 * Mounts a disk in memory that the app may write to.
 * @throws Error where disks cannot be mounted: it takes root and, in a container, the right to mount
 */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await createTempFolder('disk');
  const { uid, gid } = await ensureTestUser();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,uid=${uid},gid=${gid},mode=0700`, 'tmpfs', folder.path]);
  } catch (error) {
    await folder.dispose();
    throw new Error('The test of a full disk mounts a small one, which takes root and (in a container) CAP_SYS_ADMIN.', { cause: error });
  }
  const filler = join(folder.path, 'filler');
  return {
    path: folder.path,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (let size = blockBytes; size > 0;) size = append(file, size);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    async dispose() {
      execFileSync('umount', ['--lazy', folder.path]);
      await folder.dispose();
    },
  };
}

/** @returns the size to go on with: the same, or half of it when there was no room for so much */
function append(file: number, size: number): number {
  try {
    writeSync(file, Buffer.alloc(size, 0x5a));
    return size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return Math.floor(size / 2);
    throw error;
  }
}
