// A display for machines without one.
import { spawn } from 'node:child_process';
import { say, SetupError } from './project.mjs';

const startTimeoutMs = 10_000;

/** @returns {boolean} whether windows have somewhere to appear */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * Uses the display that is there, else starts an Xvfb on a free number and points DISPLAY at it.
 * @param {{ quiet?: boolean }} [options] `quiet`: do not say that the display is virtual
 * @returns {Promise<{ dispose: () => Promise<void> }>} `dispose` ends the Xvfb, if one was started
 * @throws {SetupError} when Xvfb does not start
 */
export async function ensureDisplay({ quiet = false } = {}) {
  if (hasDisplay()) return { dispose: async () => {} };
  // reached by UNIX socket only; -displayfd picks a free number and tells it on file descriptor 3
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'];
  // root's tests run the app as another user (test-user.mjs), who must be let in
  if (process.getuid?.() === 0) args.push('-ac');
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  /** @type {Promise<string>} */
  const told = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SetupError('Xvfb did not tell its display number in time.')), startTimeoutMs);
    const settle = (/** @type {() => void} */ then) => {
      clearTimeout(timer);
      then();
    };
    server.once('error', (error) => settle(() => reject(new SetupError(`Xvfb could not be started: ${error.message}`))));
    server.once('exit', (code) => settle(() => reject(new SetupError(`Xvfb ended at once with exit code ${code}.`))));
    server.stdio[3]?.once('data', (chunk) => settle(() => resolve(String(chunk).trim())));
  });
  const number = await told.catch((error) => {
    server.kill();
    throw error;
  });
  process.env['DISPLAY'] = `:${number}`;
  if (!quiet) say(`No display here: running under Xvfb on display :${number}.`);
  const endWithUs = () => server.kill();
  process.once('exit', endWithUs);
  return {
    dispose: async () => {
      process.off('exit', endWithUs);
      delete process.env['DISPLAY'];
      server.kill();
      await gone;
    },
  };
}
