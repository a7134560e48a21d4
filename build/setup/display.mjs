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
 * @returns {Promise<{ dispose: () => Promise<void> }>} `dispose` ends the Xvfb, if one was started
 * @throws {SetupError} when Xvfb does not start
 */
export async function ensureDisplay() {
  if (hasDisplay()) return { dispose: async () => {} };
  const display = await ownDisplay();
  say(`No display here: running under Xvfb on display ${process.env['DISPLAY']}.`);
  return display;
}

/**
 * Starts an Xvfb on a free number and points DISPLAY at it, whatever display there is: windows that fight for the focus need one
 * each, and none of them belongs on the desktop of whoever runs the tests. Elsewhere than on Linux the desktop is all there is.
 * @returns {Promise<{ dispose: () => Promise<void> }>} `dispose` ends the Xvfb and points DISPLAY back
 * @throws {SetupError} when Xvfb does not start
 */
export async function ownDisplay() {
  if (process.platform !== 'linux') return { dispose: async () => {} };
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
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland } = process.env;
  process.env['DISPLAY'] = `:${number}`;
  delete process.env['WAYLAND_DISPLAY'];
  const endWithUs = () => server.kill();
  process.once('exit', endWithUs);
  return {
    dispose: async () => {
      process.off('exit', endWithUs);
      delete process.env['DISPLAY'];
      if (display !== undefined) process.env['DISPLAY'] = display;
      if (wayland !== undefined) process.env['WAYLAND_DISPLAY'] = wayland;
      server.kill();
      await gone;
    },
  };
}
