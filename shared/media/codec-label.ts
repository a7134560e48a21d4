/** How codecs are called towards people; others keep the name of their SDP encoding. */
const labels: Readonly<Record<string, string>> = { opus: 'Opus', g722: 'G.722', pcmu: 'G.711 µ-law', pcma: 'G.711 A-law' };

/** @param encoding name of an `a=rtpmap` encoding, any case */
export function codecLabel(encoding: string): string {
  return labels[encoding.toLowerCase()] ?? encoding;
}
