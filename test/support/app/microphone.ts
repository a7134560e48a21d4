import { writeFile } from 'node:fs/promises';

const sampleRate = 48_000;
const seconds = 60;
const headerBytes = 44;

/**
 * Writes what Chromium's fake microphone plays, again and again: a sine of `hz` (a whole number, so that the end meets
 * the beginning) at half of full scale.
 */
export async function writeTone(file: string, hz: number): Promise<void> {
  if (!Number.isInteger(hz)) throw new RangeError(`A looped tone needs a whole number of Hz, not ${hz}.`);
  const samples = Float32Array.from({ length: sampleRate * seconds }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hz * at) / sampleRate));
  await writeSound(file, samples);
}

/** Writes samples between -1 and 1 for Chromium's fake microphone, which plays them again and again: 48 kHz, mono, 16 bit WAV. */
export async function writeSound(file: string, samples: Float32Array): Promise<void> {
  const dataBytes = samples.length * 2;
  const wav = Buffer.alloc(headerBytes + dataBytes);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(dataBytes, 40);
  samples.forEach((sample, at) => wav.writeInt16LE(Math.round(32_767 * sample), headerBytes + at * 2));
  await writeFile(file, wav);
}
