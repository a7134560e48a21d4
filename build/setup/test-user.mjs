// Chromium refuses to run sandboxed as root, and the tests must see the sandbox as it ships. So when root runs them, the
// app runs as a system user made for it.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { run } from './processes.mjs';
import { SetupError } from './project.mjs';

const name = 'commute-test';
const home = '/var/lib/commute-test';

/**
 * Who the app under test runs as.
 * @typedef {object} TestUser
 * @property {number} uid
 * @property {number} gid
 * @property {string} home
 * @property {readonly string[]} prefix put before a command to run it as this user; empty when we are that user already
 */

/**
 * @returns {Promise<TestUser>}
 * @throws {SetupError} when the user cannot be made
 */
export async function ensureTestUser() {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  if (uid !== 0) return { uid, gid, home: process.env['HOME'] ?? '/', prefix: [] };
  if (!existsUser()) {
    const args = ['--system', '--user-group', '--home-dir', home, '--shell', '/usr/sbin/nologin', name];
    const code = await run('/usr/sbin/useradd', args, { stdio: 'inherit' });
    // two test runs may race for the same new user
    if (code !== 0 && !existsUser())
      throw new SetupError(`The system user ${name} for the tests could not be made (useradd: exit code ${code}).`);
  }
  const user = { uid: numberOf('-u'), gid: numberOf('-g') };
  if (!existsSync(home)) mkdirSync(home, { mode: 0o700, recursive: true });
  chownSync(home, user.uid, user.gid);
  const prefix = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs', '--'];
  return { ...user, home, prefix };
}

function existsUser() {
  try {
    return numberOf('-u') > 0;
  } catch {
    return false;
  }
}

/** @param {'-u' | '-g'} which */
function numberOf(which) {
  return Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
}
