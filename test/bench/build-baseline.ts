import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from '../../build/setup/project.mjs';
import { createTempFolder, type TempFolder } from '#test/support/app/temp-folder.ts';

export type BaselineName = 'empty' | 'sipjs-page';

/** Makes a runnable app of one of the baselines, in a folder of its own. */
export async function buildBaseline(name: BaselineName): Promise<TempFolder> {
  const folder = await createTempFolder(`bench-${name}`);
  const source = join(projectRoot, 'test/bench/baselines', name);
  await bundle(join(source, 'main.ts'), folder.path, 'main.js', true);
  if (name === 'sipjs-page') await bundle(join(source, 'page.ts'), folder.path, 'page.js', false);
  await copyFile(join(source, 'page.html'), join(folder.path, 'page.html'));
  await writeFile(
    join(folder.path, 'package.json'),
    JSON.stringify({ name: `bench-${name}`, version: '1.0.0', type: 'module', main: 'main.js' }),
  );
  return folder;
}

async function bundle(input: string, outDir: string, file: string, forNode: boolean): Promise<void> {
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    publicDir: false,
    ...(forNode ? { ssr: { noExternal: true } } : {}),
    build: {
      ssr: forNode,
      target: forNode ? 'node24' : 'chrome148',
      outDir,
      emptyOutDir: false,
      minify: !forNode,
      rolldownOptions: { input, external: ['electron'], output: { format: 'es', entryFileNames: file, codeSplitting: false } },
    },
  });
}
