// Where things are, for every script in build/.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything that can be thrown away and made again lives here; `npm ci` empties it. */
export const cacheFolder = join(projectRoot, 'node_modules', '.cache');

/** The bundles that the app runs from. */
export const distFolder = join(projectRoot, 'dist');

/** A failure that the person at the terminal can act on: one sentence, no stack. */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * Runs a script's main function and ends the process with its exit code.
 * @param {() => Promise<number | void>} main returns the exit code; nothing means 0
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** @param {string} line a progress line for the person at the terminal; standard output stays free for results */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
