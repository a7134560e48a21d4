// Child processes of the build scripts.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { projectRoot } from './project.mjs';

/** @type {readonly NodeJS.Signals[]} */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end with this terminal as its own. Ctrl+C and a polite kill are passed on, so that nothing
 * outlives the script; a second one kills.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<number>} the exit code; 128 + n when signal n ended it
 */
export function run(command, args, { cwd = projectRoot, env = process.env, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, env, stdio });
    let asked = false;
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      child.kill(asked ? 'SIGKILL' : signal);
      asked = true;
    };
    const stopListening = () => {
      for (const signal of endingSignals) process.off(signal, passOn);
    };
    for (const signal of endingSignals) process.on(signal, passOn);
    child.once('error', (error) => {
      stopListening();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopListening();
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
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = env;
  return asNode ? { ...rest, ELECTRON_RUN_AS_NODE: '1' } : rest;
}
