// The common beginning of start, test, demo and bench: from a bare machine to a built app with a display.
import { buildApp } from '../build.mjs';
import { ensureDisplay, hasDisplay } from './display.mjs';
import { electronEnvironment, run } from './processes.mjs';
import { ensureRuntime } from './runtime.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { ensureTestUser } from './test-user.mjs';

/**
 * Gets everything ready, runs `body`, and ends what was started for it.
 * @template T
 * @param {{ tests?: boolean, build?: boolean, display?: boolean }} options `tests`: what tests need too; `build`: false when
 *   the caller builds (and counts) it himself; `display`: false when each window of the body brings one
 * @param {(ready: { executable: string }) => Promise<T>} body `executable` is Electron's
 * @returns {Promise<T>}
 */
export async function withPreparedApp({ tests = false, build = true, display = true }, body) {
  await ensureSystemPackages({ tests, display: hasDisplay() });
  const executable = await ensureRuntime();
  if (tests && process.platform === 'linux') await ensureTestUser();
  if (build) await buildApp();
  const shown = display ? await ensureDisplay() : undefined;
  try {
    return await body({ executable });
  } finally {
    await shown?.dispose();
  }
}

/**
 * Runs a TypeScript file on Electron's own Node, which strips the types by itself.
 * @param {string} executable
 * @param {readonly string[]} args the file and what follows it
 * @returns {Promise<number>} its exit code
 */
export function runOnElectronNode(executable, args) {
  return run(executable, ['--disable-warning=ExperimentalWarning', ...args], { env: electronEnvironment({ asNode: true }) });
}
