import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint } from '../../../build/setup/fingerprint.mjs';
import { electronEnvironment, run } from '../../../build/setup/processes.mjs';
import { projectRoot } from '../../../build/setup/project.mjs';
import { findRuntime } from '../../../build/setup/runtime.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commute-build-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('fingerprint', () => {
  it('changes with a content, a name and a new file, and with nothing else', () => {
    const path = relative(projectRoot, folder);
    const seen = new Set<string>();
    const step = (change: () => void): void => {
      change();
      seen.add(fingerprint([path]));
      expect(seen).toContain(fingerprint([path, 'no/such/folder']));
    };
    step(() => {});
    step(() => writeFileSync(join(folder, 'a'), '1'));
    step(() => writeFileSync(join(folder, 'a'), '2'));
    step(() => writeFileSync(join(folder, 'b'), '2'));
    step(() => rmSync(join(folder, 'a')));
    expect(seen.size).toBe(5);
    writeFileSync(join(folder, 'b'), '2');
    expect(seen).toContain(fingerprint([path]));
  });
});

describe('run', () => {
  const node = (script: string, timeoutMs?: number): Promise<number> =>
    run(process.execPath, ['-e', script], { stdio: 'ignore', ...(timeoutMs === undefined ? {} : { timeoutMs }) });

  it('tells the exit code', async () => {
    expect(await node('process.exit(7)')).toBe(7);
  });

  it('tells the signal that ended the program as shells do', async () => {
    expect(await node("process.kill(process.pid, 'SIGKILL')")).toBe(137);
  });

  it('ends a program that takes too long', async () => {
    expect(await node('setInterval(() => {}, 1000)', 100)).toBe(143);
  });

  it('refuses what cannot be started, and listens to no signal afterwards', async () => {
    const before = process.listenerCount('SIGTERM');
    await expect(run(join(folder, 'nothing'), [])).rejects.toThrow('ENOENT');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

describe('runtime', () => {
  it('is the one that the environment names', async () => {
    const { folder: here, executable } = await findRuntime();
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', here);
    expect(await findRuntime()).toEqual({ executable, folder: here, source: 'override' });
  });

  it('says so when the environment names a folder without one', async () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    await expect(findRuntime()).rejects.toThrow(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}, but there is no`);
  });

  it('is a plain Node or the app, as asked', () => {
    const env = { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
    expect(electronEnvironment({ env })).toEqual({ PATH: '/bin' });
    expect(electronEnvironment({ env: { PATH: '/bin' }, asNode: true })).toEqual(env);
  });
});
