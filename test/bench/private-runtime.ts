import { constants, cpSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRuntime } from '../../build/setup/runtime.mjs';
import { ensureTestUser } from '../../build/setup/test-user.mjs';

export interface PrivateRuntime {
  /** Electron's executable. */
  readonly executable: string;
  dispose(): Promise<void>;
}

/**
 * A copy of the Electron runtime that nobody else runs. This process and any other Commute on the machine would otherwise share
 * the pages of its files with the measured app and make its share look smaller. Every app started from here on uses it.
 */
export async function usePrivateRuntime(): Promise<PrivateRuntime> {
  const { folder, executable } = await findRuntime();
  const { uid, gid } = await ensureTestUser();
  const copy = await mkdtemp(join(tmpdir(), 'commute-bench-runtime-'));
  await chown(copy, uid, gid);
  cpSync(folder, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const before = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = copy;
  return {
    executable: executable.replace(folder, copy),
    async dispose() {
      if (before === undefined) delete process.env['ELECTRON_OVERRIDE_DIST_PATH'];
      else process.env['ELECTRON_OVERRIDE_DIST_PATH'] = before;
      await rm(copy, { recursive: true, force: true });
    },
  };
}
