// Child processes of the build scripts.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { projectRoot } from './project.mjs';

/** One request to end may come twice: to the whole group, and passed on by npm. In ms. */
const sameRequestMs = 1_000;

/** @type {readonly NodeJS.Signals[]} */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end with this terminal as its own. A request to end is passed on, so that nothing outlives the
 * script; a second one, a moment later, kills.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions, timeoutMs?: number, apart?: boolean }} [options]
 *   after `timeoutMs` the program is asked to end, ten seconds later it is killed; `apart`: what a terminal says to its whole group
 *   (Ctrl+C) reaches the program only by us, once: Electron takes a second word for a command to die
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it
 */
export function run(command, args, { cwd = projectRoot, env = process.env, stdio = 'inherit', timeoutMs, apart = false } = {}) {
  return new Promise((resolve, reject) => {
    // elsewhere a group of its own would be a console of its own
    const detached = apart && process.platform !== 'win32';
    const child = spawn(command, [...args], { cwd, env, stdio, detached });
    /** @type {NodeJS.Timeout[]} */
    const timers = [];
    let askedAt = Number.NaN;
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      // a terminal sends Ctrl+C to the whole foreground group: the child has it already
      const hasItAlready = signal === 'SIGINT' && process.stdin.isTTY && !detached;
      const now = performance.now();
      if (now - askedAt > sameRequestMs) child.kill('SIGKILL');
      else if (Number.isNaN(askedAt) && !hasItAlready) child.kill(signal);
      if (Number.isNaN(askedAt)) askedAt = now;
    };
    const settle = () => {
      for (const signal of endingSignals) process.off(signal, passOn);
      for (const timer of timers) clearTimeout(timer);
    };
    for (const signal of endingSignals) process.on(signal, passOn);
    if (timeoutMs !== undefined) {
      timers.push(setTimeout(() => child.kill('SIGTERM'), timeoutMs));
      timers.push(setTimeout(() => child.kill('SIGKILL'), timeoutMs + 10_000));
    }
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve(code ?? (signal ? 128 + constants.signals[signal] : 1));
    });
  });
}

/**
 * Environment that makes Electron's executable a plain Node, or (by default) makes sure that it is the full app.
 * @param {{ asNode?: boolean, env?: NodeJS.ProcessEnv }} [options]
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment({ asNode = false, env = process.env } = {}) {
  const { ELECTRON_RUN_AS_NODE: _, ELECTRON_NO_ASAR: __, ...rest } = env;
  // a plain Node sees an .asar as the file that it is
  return asNode ? { ...rest, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' } : rest;
}
