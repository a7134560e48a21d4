/** Frame lengths in ms by the configuration of the TOC byte, in groups of four or two (RFC 6716 section 3.1, table 2). */
const silkMs = [10, 20, 40, 60];
const hybridMs = [10, 20];
const celtMs = [2.5, 5, 10, 20];
/** Longest packet (RFC 6716 section 3.2.5). */
const longestMs = 120;

/** How long an Opus packet sounds, in ms (RFC 6716 section 3); 0 when it is none. */
export function opusPacketMs(packet: Uint8Array): number {
  const [toc, count] = packet;
  if (toc === undefined) return 0;
  const length = frameMs(toc >> 3) * frameCount(toc & 3, count);
  return length > longestMs ? 0 : length;
}

function frameMs(configuration: number): number {
  if (configuration < 12) return silkMs[configuration % 4] ?? 0;
  if (configuration < 16) return hybridMs[configuration % 2] ?? 0;
  return celtMs[configuration % 4] ?? 0;
}

function frameCount(code: number, count: number | undefined): number {
  if (code === 0) return 1;
  return code === 3 ? (count ?? 0) & 0x3f : 2;
}
