/** EBML header with the document type `webm`, as a media recorder writes it first. */
export const webmHeader = Uint8Array.from(
  Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff', 'hex'),
);

/** The next piece of a recording: the first begins with the header, the others are filled with their number. */
export function webmPiece(index: number): Uint8Array {
  return index === 0 ? webmHeader : new Uint8Array(400).fill(index % 251);
}
