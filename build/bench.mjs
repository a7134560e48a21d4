// npm run bench: the figures, as one JSON and a table; test/bench/README.md says how each is taken.
import { runOnElectronNode, withPreparedApp } from './setup/prepare.mjs';
import { runScript } from './setup/project.mjs';

await runScript(() =>
  withPreparedApp({ tests: true }, ({ executable }) => runOnElectronNode(executable, ['test/bench/bench.ts', ...process.argv.slice(2)])),
);
