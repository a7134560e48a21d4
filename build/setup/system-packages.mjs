// What the app and its tests need from the system. Looks for the libraries and programs themselves, not for packages, so
// that it is right on any Linux; installs by apt only where this is root on a Debian kind.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';
import { say, SetupError } from './project.mjs';

/**
 * @typedef {object} Need
 * @property {string} what a library's file name, a program, or a font file's beginning
 * @property {'library' | 'program' | 'font'} kind
 * @property {string} debian the package that brings it
 */

/** @type {readonly Need[]} */
const forTheApp = [
  { kind: 'library', what: 'libgtk-3.so.0', debian: 'libgtk-3-0' },
  { kind: 'library', what: 'libnss3.so', debian: 'libnss3' },
  { kind: 'library', what: 'libgbm.so.1', debian: 'libgbm1' },
  { kind: 'library', what: 'libasound.so.2', debian: 'libasound2' },
  { kind: 'library', what: 'libxkbcommon.so.0', debian: 'libxkbcommon0' },
  { kind: 'library', what: 'libatspi.so.0', debian: 'libatspi2.0-0' },
  { kind: 'library', what: 'libcups.so.2', debian: 'libcups2' },
  { kind: 'library', what: 'libdrm.so.2', debian: 'libdrm2' },
  { kind: 'font', what: 'DejaVuSans', debian: 'fonts-dejavu-core' },
];

/** @type {readonly Need[]} */
const withoutDisplay = [{ kind: 'program', what: 'Xvfb', debian: 'xvfb' }];

/** @type {readonly Need[]} */
const forTheTests = [
  // certificates of the test servers
  { kind: 'program', what: 'openssl', debian: 'openssl' },
  // Asterisk's ICE candidates on loopback
  { kind: 'program', what: 'ip', debian: 'iproute2' },
];

const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/lib/x86_64-linux-gnu',
  '/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  ...(process.env['LD_LIBRARY_PATH']?.split(delimiter).filter((folder) => folder !== '') ?? []),
];
const programFolders = [...(process.env['PATH']?.split(delimiter) ?? []), '/usr/sbin', '/sbin'];
const fontFolders = ['/usr/share/fonts', '/usr/local/share/fonts'];

/**
 * Makes sure that the system has what the app (and with `tests` its tests) needs. Nothing to do outside Linux.
 * @param {{ tests?: boolean, display?: boolean }} [options] `display`: there is one, so none has to be made
 * @returns {Promise<void>}
 * @throws {SetupError} with the one command to type when something is missing and cannot be installed from here
 */
export async function ensureSystemPackages({ tests = false, display = false } = {}) {
  if (process.platform !== 'linux') return;
  const needs = [...forTheApp, ...(tests || !display ? withoutDisplay : []), ...(tests ? forTheTests : [])];
  const missing = needs.filter((need) => !isPresent(need));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  const names = missing.map(({ what }) => what).join(', ');
  const install = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (!hasProgram('apt-get')) throw new SetupError(`Missing on this system: ${names}. Install them with the system's package manager.`);
  if (process.getuid?.() !== 0) throw new SetupError(`Missing on this system: ${names}. Please run:\n\n  sudo ${install}\n`);
  say(`Installing what this system lacks: ${packages.join(' ')}`);
  await apt(['update']);
  await apt(['install', '--no-install-recommends', '--yes', ...packages]);
  const still = needs.filter((need) => !isPresent(need));
  if (still.length > 0) throw new SetupError(`Still missing after "${install}": ${still.map(({ what }) => what).join(', ')}.`);
}

/** @param {readonly string[]} args */
async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const code = await run('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new SetupError(`"apt-get ${args.join(' ')}" failed with exit code ${code}; the lines above say why.`);
}

/** @param {Need} need */
function isPresent({ kind, what }) {
  if (kind === 'program') return hasProgram(what);
  if (kind === 'library') return libraryFolders.some((folder) => existsSync(join(folder, what)));
  return fontFolders.some(
    (folder) => existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).includes(what)),
  );
}

/** @param {string} name */
function hasProgram(name) {
  return programFolders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
