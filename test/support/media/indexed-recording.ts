import { planIndex } from '#shared/recordings/index-plan.ts';
import { RecordingRewriter } from '#shared/recordings/recording-rewriter.ts';
import { RecordingScanner, type ScanFault } from '#shared/recordings/recording-scanner.ts';

/** The indexed file that comes of a recording, or why there is none. */
export function indexedRecording(file: Uint8Array, chunkBytes = 4096): Uint8Array<ArrayBuffer> | ScanFault {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += chunkBytes) chunks.push(file.slice(at, at + chunkBytes));
  const scanner = new RecordingScanner();
  for (const chunk of chunks) scanner.push(chunk);
  const outline = scanner.finish();
  if (typeof outline === 'string') return outline;
  const rewriter = new RecordingRewriter(outline.clusters);
  return new Uint8Array(Buffer.concat([planIndex(outline).head, ...chunks.map((chunk) => rewriter.push(chunk))]));
}
