import { constants, cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../build/setup/project.mjs';
import { findRuntime } from '../../build/setup/runtime.mjs';
import { createTempFolder } from '#test/support/app/temp-folder.ts';

export interface PrivateCopy {
  /** The built Commute, as it was when the bench began. */
  readonly appFolder: string;
  dispose(): Promise<void>;
}

/**
 * Copies of the built app and of the Electron runtime that nobody else runs. This process and any other app on the same runtime
 * would otherwise share the pages of its files with the measured ones and make their part look smaller; and a build in between
 * cannot change what is measured. Every app started from here on uses this runtime.
 */
export async function usePrivateCopy(): Promise<PrivateCopy> {
  const { folder } = await findRuntime();
  const copy = await createTempFolder('bench-copy');
  const runtime = join(copy.path, 'runtime');
  const appFolder = join(copy.path, 'app');
  const options = { recursive: true, mode: constants.COPYFILE_FICLONE };
  cpSync(folder, runtime, options);
  for (const part of ['package.json', 'dist', 'assets']) {
    if (existsSync(join(projectRoot, part))) cpSync(join(projectRoot, part), join(appFolder, part), options);
  }
  const before = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = runtime;
  return {
    appFolder,
    async dispose() {
      if (before === undefined) delete process.env['ELECTRON_OVERRIDE_DIST_PATH'];
      else process.env['ELECTRON_OVERRIDE_DIST_PATH'] = before;
      await copy.dispose();
    },
  };
}
