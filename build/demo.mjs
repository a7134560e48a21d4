// npm run demo: the main job without hands, on the real app. Exit code 0 only when sound flowed both ways.
import { runOnElectronNode, withPreparedApp } from './setup/prepare.mjs';
import { runScript } from './setup/project.mjs';

await runScript(() =>
  withPreparedApp({ tests: true }, ({ executable }) => runOnElectronNode(executable, ['test/e2e/demo/demo.ts', ...process.argv.slice(2)])),
);
