// npm run package: the app as it is handed out, in out/. Arguments go to electron-builder (such as --linux deb).
// `--dir-only-for-tests` packages an unpacked folder from whatever runtime is there; such a folder is never a release.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildApp } from './build.mjs';
import { run } from './setup/processes.mjs';
import { projectRoot, runScript, say, SetupError } from './setup/project.mjs';
import { findRuntime } from './setup/runtime.mjs';

const dirOnlyFlag = '--dir-only-for-tests';

await runScript(async () => {
  const dirOnly = process.argv.includes(dirOnlyFlag);
  const args = process.argv.slice(2).filter((argument) => argument !== dirOnlyFlag);
  const runtime = await findRuntime();
  if (runtime.source !== 'official' && !dirOnly) {
    throw new SetupError(
      `A release is packaged from the official Electron runtime only; here is the ${runtime.source} one. For a trial folder: npm run package -- ${dirOnlyFlag}`,
    );
  }
  await buildApp();
  const sevenZip = findProgram(['7za', '7zz', '7z']);
  if (!sevenZip && !dirOnly && args.length === 0 && process.platform === 'linux')
    say('No 7-Zip here, so no tar.gz: packaging a folder only.');
  return run(
    process.execPath,
    [
      join(projectRoot, 'node_modules/electron-builder/cli.js'),
      '--config=build/electron-builder.json',
      '--publish=never',
      `--config.electronDist=${runtime.folder}`,
      `--config.electronVersion=${readFileSync(join(runtime.folder, 'version'), 'utf8').trim().replace(/^v/, '')}`,
      ...(dirOnly ? ['--dir', ...args] : targets(args, sevenZip)),
    ],
    { env: { ...process.env, ...(sevenZip ? { ELECTRON_BUILDER_7ZIP_PATH: sevenZip } : {}) } },
  );
});

/**
 * @param {readonly string[]} args
 * @param {string | undefined} sevenZip
 * @returns {readonly string[]}
 */
function targets(args, sevenZip) {
  if (args.length > 0 || process.platform !== 'linux') return args;
  // what can be made without fetching further tools
  return sevenZip ? ['--linux', 'tar.gz'] : ['--dir'];
}

/** @param {readonly string[]} names */
function findProgram(names) {
  const folders = process.env['PATH']?.split(delimiter) ?? [];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
