// Runs vitest on Electron's own Node, so that tests see the same runtime (node:sqlite and all) as the app.
import { join } from 'node:path';
import { electronEnvironment, run } from './setup/processes.mjs';
import { projectRoot, runScript } from './setup/project.mjs';
import { ensureRuntime } from './setup/runtime.mjs';

await runScript(async () =>
  run(
    await ensureRuntime(),
    [
      join(projectRoot, 'node_modules/vitest/vitest.mjs'),
      '--config',
      join(projectRoot, 'build/vitest.config.ts'),
      ...process.argv.slice(2),
    ],
    {
      env: electronEnvironment({ asNode: true }),
    },
  ),
);
