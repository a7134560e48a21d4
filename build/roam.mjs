// npm run test:roam [-- COUNT [SEED]]: a call's computer changes its network COUNT times (200), and what each switch cost.
import { join } from 'node:path';
import { withPreparedApp } from './setup/prepare.mjs';
import { electronEnvironment, run } from './setup/processes.mjs';
import { projectRoot, runScript, SetupError } from './setup/project.mjs';

await runScript(() => {
  const [count = '200', seed = String(Math.floor(Math.random() * 1_000_000)), ...rest] = process.argv.slice(2);
  if (rest.length > 0 || !/^[1-9]\d{0,3}$/.test(count) || !/^\d{1,9}$/.test(seed)) {
    throw new SetupError('Usage: npm run test:roam -- [number of switches, at most 9999] [seed, a whole number]');
  }
  return withPreparedApp({ tests: true, build: false, display: false }, ({ executable }) =>
    run(
      executable,
      [
        join(projectRoot, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--config',
        join(projectRoot, 'build/vitest.config.ts'),
        '--project',
        'e2e',
        'test/e2e/roaming.test.ts',
      ],
      { env: { ...electronEnvironment({ asNode: true }), COMMUTE_SWITCHES: count, COMMUTE_SEED: seed } },
    ),
  );
});
