// npm run gallery: every view of the real app as pictures in out/gallery.
import { runOnElectronNode, withPreparedApp } from './setup/prepare.mjs';
import { runScript } from './setup/project.mjs';

await runScript(() =>
  withPreparedApp({ tests: true }, async ({ executable }) => {
    const views = await runOnElectronNode(executable, ['test/e2e/demo/gallery.ts']);
    return views || runOnElectronNode(executable, ['test/e2e/demo/networks.ts']);
  }),
);
