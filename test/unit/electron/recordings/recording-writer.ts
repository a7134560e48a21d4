// Run as a process of its own: records without end and prints how many bytes it was given.
import { writeSync } from 'node:fs';
import { Recordings } from '#electron/recordings/recordings.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { webmPiece } from './webm-pieces.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: recording-writer <folder>');
const data = new Emitter<{ readonly recording: string; readonly bytes: Uint8Array }>();
const recordings = new Recordings({
  media: { onRecordingData: data.event },
  settings: () => ({ offered: true, folder, tone: false }),
  policy: () => ({ recording: 'free' }),
  clock: new SystemClock(),
  logger: silentLogger,
});
recordings.begin();
await recordings.start('call', { party: 'Anna', began: Date.now() });
let given = 0;
for (let index = 0; ; index++) {
  const bytes = webmPiece(index);
  data.fire({ recording: 'call', bytes });
  given += bytes.length;
  writeSync(1, `${given}\n`);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
