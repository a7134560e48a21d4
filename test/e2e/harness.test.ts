import { chmod, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchElectron, windowByUrl } from '../support/app/electron-app.ts';
import { writeTone } from '../support/app/microphone.ts';
import { commandLine, processesNaming, statusOf } from '../support/app/processes.ts';
import { createTempFolder, type TempFolder } from '../support/app/temp-folder.ts';

// A small app of its own, so that a fault of the harness is not taken for a fault of Commute.
const mainFile = `
  const { app, BrowserWindow, session, utilityProcess } = require('electron');
  app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => answer(permission === 'media'));
    utilityProcess.fork(__dirname + '/worker.js');
    new BrowserWindow({ show: true, webPreferences: { sandbox: true } }).loadFile('page.html');
  });`;
const page = '<!doctype html><title>harness</title><button>Listen</button>';

const held: { folder?: TempFolder } = {};
const folder = (): string => held.folder?.path ?? '';

beforeAll(async () => {
  held.folder = await createTempFolder('harness');
  await chmod(folder(), 0o755);
  await writeFile(join(folder(), 'package.json'), '{ "name": "harness", "version": "1.0.0", "main": "main.js" }');
  await writeFile(join(folder(), 'main.js'), mainFile);
  await writeFile(join(folder(), 'worker.js'), 'setInterval(() => {}, 1000);');
  await writeFile(join(folder(), 'page.html'), page);
  await writeTone(join(folder(), 'tone.wav'), 1_000);
});

afterAll(() => held.folder?.dispose());

const start = () =>
  launchElectron({
    appFolder: folder(),
    args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${join(folder(), 'tone.wav')}`],
  });

it('runs the renderer in the sandbox, as a user who is not root', async () => {
  const launched = await start();
  try {
    await windowByUrl(launched.app, 'page.html');
    const renderers = processesNaming(launched.profileFolder).filter((pid) => commandLine(pid).includes('--type=renderer'));
    expect(renderers).not.toEqual([]);
    for (const pid of renderers) {
      expect(statusOf(pid, 'Seccomp')).toBe('2');
      expect(statusOf(pid, 'NoNewPrivs')).toBe('1');
      expect(statusOf(pid, 'Uid')).not.toMatch(/^0\s/);
    }
    expect(await launched.app.evaluate(() => process.argv.includes('--no-sandbox'))).toBe(false);
  } finally {
    await launched.dispose();
  }
});

it('lets the page hear the tone of its microphone', async () => {
  const launched = await start();
  try {
    const window = await windowByUrl(launched.app, 'page.html');
    const hz = await window.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false } });
      const context = new AudioContext();
      const analyser = new AnalyserNode(context, { fftSize: 32_768 });
      context.createMediaStreamSource(stream).connect(analyser);
      const levels = new Float32Array(analyser.frequencyBinCount);
      const loudest = (): number => levels.reduce((best, level, at) => (level > (levels[best] ?? -Infinity) ? at : best), 0);
      while (!(Math.max(...levels.filter((level) => level !== 0)) > -40)) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        analyser.getFloatFrequencyData(levels);
      }
      return (loudest() * context.sampleRate) / analyser.fftSize;
    });
    expect(Math.abs(hz - 1_000)).toBeLessThan(3);
    expect(launched.pageErrors()).toEqual([]);
  } finally {
    await launched.dispose();
  }
});

it('leaves no process and no folder behind, even of an app that will not close', async () => {
  const launched = await start();
  await windowByUrl(launched.app, 'page.html');
  await launched.app.evaluate(({ app }) => app.on('before-quit', (event) => event.preventDefault()));
  await launched.dispose();
  expect(processesNaming(launched.profileFolder)).toEqual([]);
  expect(existsSync(launched.profileFolder)).toBe(false);
});
