// Bundles the app into dist/. Does nothing when no input changed since the last build; `--force` builds anyway.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build, loadConfigFromFile } from 'vite';
import { fingerprint } from './setup/fingerprint.mjs';
import { distFolder, projectRoot, runScript, say, SetupError } from './setup/project.mjs';

const stampFile = join(distFolder, 'built-from.json');

/** Every bundle: its vite config, the sources it starts from and the files that it must leave in dist/. */
const bundles = [
  bundle('main', ['electron/main.ts'], ['main/main.js']),
  bundle('robots', ['electron/office/robots/robots-main.ts'], ['main/robots.js']),
  bundle('preload-ui', ['electron/preload/ui.ts'], ['preload/ui.cjs']),
  bundle('preload-media', ['electron/preload/media.ts'], ['preload/media.cjs']),
  bundle('preload-toast', ['electron/preload/toast.ts'], ['preload/toast.cjs']),
  bundle(
    'renderer',
    ['renderer/ui/index.html', 'renderer/ui/toast.html', 'renderer/media/media.html'],
    ['renderer/ui/index.html', 'renderer/ui/toast.html', 'renderer/media/media.html'],
  ),
];

/**
 * @param {string} name
 * @param {readonly string[]} entries from the project folder
 * @param {readonly string[]} outputs from dist/
 */
function bundle(name, entries, outputs) {
  return { config: join(projectRoot, 'build/vite', `${name}.config.ts`), entries, outputs };
}

/**
 * Builds what the app runs from.
 * @param {{ force?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<void>}
 * @throws {SetupError} when an entry file is missing
 */
export async function buildApp({ force = false, log = say } = {}) {
  const missing = bundles.flatMap(({ entries }) => entries).filter((entry) => !existsSync(join(projectRoot, entry)));
  if (missing.length > 0) throw new SetupError(`Cannot build: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`);
  const inputs = fingerprint(['electron', 'renderer', 'shared', 'assets', 'build/vite', 'build/build.mjs', 'package-lock.json']);
  if (!force && isBuiltFrom(inputs)) return;
  const started = performance.now();
  rmSync(distFolder, { recursive: true, force: true });
  // React's development transform must not get in because somebody who tests asks for the build
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await Promise.all(bundles.map(({ config }) => buildOne(config)));
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
  const lost = bundles.flatMap(({ outputs }) => outputs).filter((output) => !existsSync(join(distFolder, output)));
  if (lost.length > 0) throw new SetupError(`The build left out ${lost.join(', ')}.`);
  mkdirSync(distFolder, { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ inputs }));
  log(`Built ${relative(projectRoot, distFolder)}/ in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

/** @param {string} configFile */
async function buildOne(configFile) {
  const loaded = await loadConfigFromFile({ command: 'build', mode: 'production' }, configFile);
  if (!loaded) throw new SetupError(`${configFile} could not be read.`);
  try {
    await build({ ...loaded.config, configFile: false });
  } catch (error) {
    throw new SetupError(error instanceof Error ? (error.message.split('\n\nStack backtrace')[0] ?? '') : String(error));
  }
}

/** @param {string} inputs */
function isBuiltFrom(inputs) {
  if (!existsSync(stampFile)) return false;
  /** @type {unknown} */
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  const same = typeof stamp === 'object' && stamp !== null && 'inputs' in stamp && stamp.inputs === inputs;
  return same && bundles.every(({ outputs }) => outputs.every((output) => existsSync(join(distFolder, output))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(() => buildApp({ force: process.argv.includes('--force') }));
}
