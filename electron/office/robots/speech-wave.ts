import { sampleRate } from './robot-sounds.ts';

/**
 * The samples of a RIFF WAVE file of 8 kHz, mono, 16 bit.
 * @throws Error for every other format.
 */
export function readSpeechWave(file: Uint8Array): Int16Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const nameAt = (offset: number): string => String.fromCharCode(...file.subarray(offset, offset + 4));
  if (file.length < 12 || nameAt(0) !== 'RIFF' || nameAt(8) !== 'WAVE') throw new Error('not a WAVE file');
  let formatSeen = false;
  for (let offset = 12; offset + 8 <= file.length;) {
    const [name, size] = [nameAt(offset), view.getUint32(offset + 4, true)];
    const content = offset + 8;
    if (name === 'fmt ' && content + 16 <= file.length) {
      const [format, channels, rate, bits] = [
        view.getUint16(content, true),
        view.getUint16(content + 2, true),
        view.getUint32(content + 4, true),
        view.getUint16(content + 14, true),
      ];
      if (format !== 1 || channels !== 1 || rate !== sampleRate || bits !== 16)
        throw new Error(`WAVE file of ${rate} Hz, ${channels} channels, ${bits} bit`);
      formatSeen = true;
    } else if (name === 'data' && formatSeen) {
      const count = Math.floor(Math.min(size, file.length - content) / 2);
      return Int16Array.from({ length: count }, (_, index) => view.getInt16(content + index * 2, true));
    }
    offset = content + size + (size % 2);
  }
  throw new Error('WAVE file without samples');
}
