import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../build/setup/project.mjs';
import { endProcessesNaming } from '#test/support/app/processes.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';

/** Resolves when the process has written a text; rejects with all it wrote when it ends before. */
function written(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes(text)) resolve(output);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => reject(new Error(`Ended with ${code} before it wrote "${text}":\n${output.slice(-4_000)}`)));
  });
}

it('npm start opens the app with its pages, as whoever runs it, and ends with its terminal', { timeout: 60_000 }, async () => {
  const profile = await createTempFolder('start');
  onTestFinished(() => profile.dispose());
  const npm = spawn('npm', ['start', '--', `--user-data-dir=${profile.path}/profile`, '--practice-port=0'], {
    cwd: projectRoot,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined, TMPDIR: profile.path },
    stdio: ['ignore', 'pipe', 'pipe'],
    // a group of its own, as a terminal gives it: Ctrl+C reaches all of it and nobody else
    detached: true,
  });
  const group = -(npm.pid ?? 0);
  onTestFinished(async () => {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(group, 'SIGKILL');
    await endProcessesNaming(profile.path, 0);
  });
  const output = await written(npm, 'Media window ready');
  if (process.getuid?.() === 0) expect(output).toContain('--no-sandbox');
  npm.removeAllListeners('exit');
  const ended = once(npm, 'exit');
  process.kill(group, 'SIGINT');
  await ended;
  // Chromium removes its socket when it ends in order, not when it is killed
  expect(readdirSync(profile.path).filter((name) => name.startsWith('scoped_dir'))).toEqual([]);
});
