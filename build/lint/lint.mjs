// npm run lint: ESLint by the rules of the house, then the format. Arguments (such as --fix or paths) go to ESLint.
import { join } from 'node:path';
import { run } from '../setup/processes.mjs';
import { cacheFolder, runScript } from '../setup/project.mjs';

const args = process.argv.slice(2);

await runScript(async () => {
  const eslint = await run(process.execPath, [
    'node_modules/eslint/bin/eslint.js',
    '--config',
    'build/lint/eslint.config.mjs',
    '--max-warnings=0',
    ...(args.length > 0 ? args : ['.']),
  ]);
  if (args.length > 0) return eslint;
  const format = await run(process.execPath, [
    'node_modules/prettier/bin/prettier.cjs',
    '--config',
    'build/prettier.json',
    '--ignore-path',
    'build/prettier.ignore',
    '--cache',
    '--cache-location',
    join(cacheFolder, 'prettier-check'),
    '--log-level',
    'warn',
    '--check',
    '.',
  ]);
  return eslint || format;
});
