import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder, projectRoot } from '../../../build/setup/project.mjs';
import type { Runtime } from '../../../build/setup/runtime.mjs';
import type { TestUser } from '../../../build/setup/test-user.mjs';

/** What Electron runs from. */
export interface Staged {
  readonly appFolder: string;
  readonly executable: string;
}

/**
 * The built app and the runtime where the test user can read them: in place where possible, else (a clone below /root, a
 * strict umask) as copies in the user's home, made again only when the build or the runtime changed.
 * @param appFolder the built app unless a test brings its own
 */
export function stage(runtime: Runtime, user: TestUser, appFolder = projectRoot): Staged {
  const inPlace = { appFolder, executable: runtime.executable };
  if (user.prefix.length === 0) return inPlace;
  const executable = canRead(user, runtime.executable) ? runtime.executable : stageRuntime(runtime, user);
  if (appFolder !== projectRoot || canRead(user, join(distFolder, 'main/main.js'))) return { appFolder, executable };
  return { appFolder: stageApp(user), executable };
}

function canRead(user: TestUser, file: string): boolean {
  const [command = '', ...args] = [...user.prefix, 'test', '-r', file];
  return spawnSync(command, args, { cwd: '/' }).status === 0;
}

function stageRuntime(runtime: Runtime, user: TestUser): string {
  const target = join(user.home, 'runtime');
  refresh(target, `${runtime.folder} ${readFileSync(join(runtime.folder, 'version'), 'utf8')}`, (folder) => {
    cpSync(runtime.folder, folder, { recursive: true });
  });
  return runtime.executable.replace(runtime.folder, target);
}

function stageApp(user: TestUser): string {
  // each clone has its own: tests of two of them may run at the same time
  const target = join(user.home, `app-${createHash('sha256').update(projectRoot).digest('hex').slice(0, 8)}`);
  refresh(target, readFileSync(join(distFolder, 'built-from.json'), 'utf8'), (folder) => {
    for (const part of ['package.json', 'dist', 'assets']) {
      if (existsSync(join(projectRoot, part))) cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
    }
  });
  return target;
}

function refresh(target: string, version: string, fill: (folder: string) => void): void {
  const stamp = join(target, '.staged');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;
  const work = `${target}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  fill(work);
  // readable whatever the umask of the clone was
  spawnSync('chmod', ['-R', 'a+rX', work]);
  writeFileSync(join(work, '.staged'), version);
  chmodSync(join(work, '.staged'), 0o644);
  rmSync(target, { recursive: true, force: true });
  renameSync(work, target);
}
