import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type ElectronLaunch, launchElectron, type LaunchedElectron, windowByUrl } from './electron-app.ts';
import { writeTone } from './microphone.ts';
import { createTempFolder } from './temp-folder.ts';

export interface CommuteLaunch extends Omit<ElectronLaunch, 'appFolder'> {
  /** What the fake microphone hears, in a loop: a tone, or a WAV file that the test user can read. No microphone: `none`. */
  readonly microphone?: { readonly hz: number } | { readonly file: string } | 'none';
  /** The language of the system, such as `de`. */
  readonly locale?: string;
}

export interface LaunchedCommute extends LaunchedElectron {
  /** The window whose address contains `part`, as soon as there is one. */
  window(part: string): Promise<Page>;
}

/** Starts the built Commute, as it ships but for a fake microphone (a 440 Hz tone unless told otherwise). */
export async function launchCommute({
  microphone = { hz: 440 },
  locale = 'en-US',
  args = [],
  env = {},
  ...rest
}: CommuteLaunch = {}): Promise<LaunchedCommute> {
  const sounds = await createTempFolder('microphone');
  try {
    const launched = await launchElectron({
      ...rest,
      args: [`--lang=${locale}`, ...(await microphoneArguments(microphone, sounds.path)), ...args],
      env: { LANGUAGE: locale.replace('-', '_'), LANG: `${locale.replace('-', '_')}.UTF-8`, ...env },
    });
    return {
      ...launched,
      window: (part) => windowByUrl(launched.app, part),
      async dispose() {
        await launched.dispose();
        await sounds.dispose();
      },
    };
  } catch (error) {
    await sounds.dispose();
    throw error;
  }
}

async function microphoneArguments(microphone: NonNullable<CommuteLaunch['microphone']>, folder: string): Promise<string[]> {
  if (microphone === 'none') return [];
  const fake = '--use-fake-device-for-media-stream';
  if ('file' in microphone) return [fake, `--use-file-for-fake-audio-capture=${microphone.file}`];
  const file = join(folder, 'tone.wav');
  await writeTone(file, microphone.hz);
  return [fake, `--use-file-for-fake-audio-capture=${file}`];
}
