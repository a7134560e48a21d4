import { readFileSync } from 'node:fs';

/** What Chromium's media recorder made of 1.68 s of a tone: four Clusters of unknown size, Opus packets of 60 ms in mono. */
export const sampleRecording = new Uint8Array(readFileSync(new URL('recording-sample.webm', import.meta.url)));
