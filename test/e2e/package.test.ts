import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electronEnvironment } from '../../build/setup/processes.mjs';
import { projectRoot } from '../../build/setup/project.mjs';
import { createTempFolder, type TempFolder } from '../support/app/temp-folder.ts';

const execute = promisify(execFile);
const held: { output?: TempFolder } = {};
const unpacked = (): string => join(held.output?.path ?? '', 'linux-unpacked');

beforeAll(async () => {
  held.output = await createTempFolder('package');
  const script = [join(projectRoot, 'build/package.mjs'), '--dir-only-for-tests', `--config.directories.output=${held.output.path}`];
  // on the person's own Node, as `npm run package` does it
  const env = { ...electronEnvironment(), TMPDIR: held.output.path };
  await execute(process.env['npm_node_execpath'] ?? 'node', script, { cwd: projectRoot, env });
});

afterAll(() => held.output?.dispose());

it('packages the app as one archive', () => {
  expect(existsSync(join(unpacked(), 'commute'))).toBe(true);
  expect(existsSync(join(unpacked(), 'resources/app.asar'))).toBe(true);
  expect(existsSync(join(unpacked(), 'resources/app'))).toBe(false);
});

it('closes every door of the runtime that a stranger could bring code through', async () => {
  const reader = join(projectRoot, 'node_modules/.bin/electron-fuses');
  const { stdout } = await execute(process.execPath, [reader, 'read', '--app', join(unpacked(), 'commute')]);
  const fuses = Object.fromEntries([...stdout.matchAll(/(\w+) is (Enabled|Disabled)/g)].map(([, name, state]) => [name, state]));
  expect(fuses).toMatchObject({
    RunAsNode: 'Disabled',
    EnableCookieEncryption: 'Enabled',
    EnableNodeOptionsEnvironmentVariable: 'Disabled',
    EnableNodeCliInspectArguments: 'Disabled',
    EnableEmbeddedAsarIntegrityValidation: 'Enabled',
    OnlyLoadAppFromAsar: 'Enabled',
    GrantFileProtocolExtraPrivileges: 'Disabled',
  });
});
