// Runs vitest on Electron's own Node, so that unit tests see the same runtime (node:sqlite and all) as the app.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureRuntime, projectRoot } from './setup/runtime.mjs';

const executable = await ensureRuntime();
const child = spawn(executable, [join(projectRoot, 'node_modules/vitest/vitest.mjs'), '--config', join(projectRoot, 'build/vitest.config.ts'), ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
  env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
