export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What is worth knowing of the first audio section of a session description (RFC 8866). */
export interface AudioSection {
  /** Port 0 (and not bundle-only): the section is refused. */
  readonly refused: boolean;
  readonly direction: MediaDirection;
  /** Lower-case encoding names in order of preference; static payload types (RFC 3551) are named too. */
  readonly codecs: readonly string[];
}

const staticPayloads: Readonly<Record<string, string>> = { '0': 'pcmu', '8': 'pcma', '9': 'g722', '13': 'cn' };
const notSpeech = new Set(['telephone-event', 'cn', 'red']);

/** Reads the first `m=audio` section; undefined when there is none. Linear in the length of `sdp`. */
export function audioSectionOf(sdp: string): AudioSection | undefined {
  let session: MediaDirection = 'sendrecv';
  let section: { refused: boolean; payloads: string[] } | undefined;
  let direction: MediaDirection | undefined;
  let inSession = true;
  const names = new Map<string, string>();
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith('m=')) {
      if (section !== undefined) break;
      inSession = false;
      const [media = '', port = '', , ...payloads] = line.slice(2).split(' ');
      if (media === 'audio') section = { refused: port === '0', payloads };
      continue;
    }
    const attribute = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/.exec(line)?.[1];
    if (isDirection(attribute)) {
      if (section !== undefined) direction = attribute;
      else if (inSession) session = attribute;
    }
    if (section === undefined) continue;
    const [, payload, name] = /^a=rtpmap:(\d+) ([^/\s]+)/.exec(line) ?? [];
    if (payload !== undefined && name !== undefined) names.set(payload, name.toLowerCase());
    if (line.startsWith('a=bundle-only')) section.refused = false;
  }
  if (section === undefined) return undefined;
  const codecs = section.payloads.flatMap((payload) => names.get(payload) ?? staticPayloads[payload] ?? []);
  return { refused: section.refused, direction: direction ?? session, codecs };
}

/** Whether a description carries speech: an accepted audio section with a codec that is more than tones or noise. */
export function hasSpeech(sdp: string): boolean {
  const audio = audioSectionOf(sdp);
  return audio !== undefined && !audio.refused && audio.codecs.some((codec) => !notSpeech.has(codec));
}

/** The ICE user name fragment; it changes with every ICE restart. Empty when there is none. */
export function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
}

/** Whether the far end's description puts us on hold (RFC 3264 section 8.4): it does not want to hear us. */
export function isHeldBy(sdp: string): boolean {
  const direction = audioSectionOf(sdp)?.direction;
  return direction === 'sendonly' || direction === 'inactive';
}

/**
 * The direction that our offer names. Who holds a call in which he is held himself offers `inactive`; who takes it back
 * offers `sendrecv` and leaves it to the other side to keep holding (RFC 6337 section 5.3).
 */
export function offeredDirection(hold: boolean, heldByFarEnd: boolean): MediaDirection {
  if (!hold) return 'sendrecv';
  return heldByFarEnd ? 'inactive' : 'sendonly';
}

function isDirection(text: string | undefined): text is MediaDirection {
  return text === 'sendrecv' || text === 'sendonly' || text === 'recvonly' || text === 'inactive';
}
