export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const directionLine = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m;

/**
 * Direction of the first audio description of an SDP (RFC 8866 section 6.7): its own attribute, else that of the session,
 * else `sendrecv`. A rejected description (port 0) is `inactive`. Null when there is no audio at all.
 */
export function audioDirection(sdp: string): MediaDirection | null {
  const [session = '', ...media] = sdp.split(/^(?=m=)/m);
  const audio = media.find((section) => section.startsWith('m=audio '));
  if (audio === undefined) return null;
  if (/^m=audio 0 /.test(audio)) return 'inactive';
  return read(audio) ?? read(session) ?? 'sendrecv';
}

function read(section: string): MediaDirection | undefined {
  switch (directionLine.exec(section)?.[1]) {
    case 'sendrecv':
      return 'sendrecv';
    case 'sendonly':
      return 'sendonly';
    case 'recvonly':
      return 'recvonly';
    case 'inactive':
      return 'inactive';
    default:
      return undefined;
  }
}

/**
 * Whether the far end holds us, by its newest description (RFC 3264 section 8.4): it does when it does not want to hear us.
 * @param ours direction that we offered, when `theirs` is an answer; null when `theirs` is an offer
 * @param before what was true until now; stays where the answer says nothing (an `inactive` offer allows one answer only)
 */
export function isHeldByRemote(theirs: MediaDirection | null, ours: MediaDirection | null, before: boolean): boolean {
  if (theirs === null || ours === 'inactive' || ours === 'recvonly') return before;
  return theirs === 'sendonly' || theirs === 'inactive';
}

/** DTLS certificate fingerprints of an SDP (RFC 8122), lower case, sorted: equal texts mean the same peer connection. */
export function fingerprints(sdp: string): string {
  const found = [...sdp.matchAll(/^a=fingerprint:(.+?)\s*$/gm)].map((match) => (match[1] ?? '').toLowerCase());
  return [...new Set(found)].sort().join(' ');
}

/** More media descriptions than any telephone call has. Whoever offers them is refused before the work of answering begins. */
const mostMedia = 32;

export function hasTooManyMedia(sdp: string): boolean {
  return (sdp.match(/^m=/gm)?.length ?? 0) > mostMedia;
}
