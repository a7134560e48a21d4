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

/** What Commute can speak: the encoding names without those for tones and noise. */
const speechCodecs = new Set(['opus', 'g722', 'pcmu', 'pcma']);

const directionLine = /^a=(sendrecv|sendonly|recvonly|inactive)$/;

/** Reads the first `m=audio` section; undefined when there is none. Linear in the length of `sdp`. */
export function audioSectionOf(sdp: string): AudioSection | undefined {
  const [session = [], ...media] = sectionsOf(sdp);
  const lines = media.find(isAudio);
  const [, port, , ...payloads] = lines?.[0]?.split(' ') ?? [];
  if (lines === undefined) return undefined;
  const names = new Map<string, string>();
  for (const line of lines) {
    const [, payload, name] = /^a=rtpmap:(\d+) ([^/\s]+)/.exec(line) ?? [];
    if (payload !== undefined && name !== undefined) names.set(payload, name.toLowerCase());
  }
  return {
    refused: port === '0' && !lines.includes('a=bundle-only'),
    direction: directionIn(lines) ?? directionIn(session) ?? 'sendrecv',
    codecs: payloads.flatMap((payload) => names.get(payload) ?? staticPayloads[payload] ?? []),
  };
}

/** Whether a description has an accepted audio section with a codec that Commute speaks. */
export function hasSpeech(sdp: string): boolean {
  const audio = audioSectionOf(sdp);
  return audio !== undefined && !audio.refused && audio.codecs.some((codec) => speechCodecs.has(codec));
}

/** Whether a description names telephone events (RFC 4733): its sender takes digits as such. */
export function takesDigits(sdp: string): boolean {
  return audioSectionOf(sdp)?.codecs.includes('telephone-event') ?? false;
}

/** The ICE user name fragment; it changes with every ICE restart. Empty when there is none. */
export function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
}

/** Whether a description tells any address where its sender can be met. */
export function hasCandidate(sdp: string): boolean {
  return /^a=candidate:/m.test(sdp);
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

/**
 * An offer in which everything beside the first audio section is refused already (port 0, out of the bundle), so that the
 * answer refuses it too: Chromium would accept video as `inactive`.
 */
export function onlyAudio(offer: string): string {
  const [session = [], ...media] = sectionsOf(offer);
  const audio = media.find(isAudio);
  const refused = media.filter((lines) => lines !== audio);
  if (audio === undefined || refused.length === 0) return offer;
  const mids = new Set(refused.flatMap((lines) => lines.flatMap((line) => /^a=mid:(\S+)/.exec(line)?.[1] ?? [])));
  const bundle = (line: string): string =>
    line.startsWith('a=group:BUNDLE')
      ? line
          .split(' ')
          .filter((mid) => !mids.has(mid))
          .join(' ')
      : line;
  const sections = media.map((lines) => (lines === audio ? audio : lines.filter((line) => line !== 'a=bundle-only').map(refuse)));
  return textOf([session.map(bundle), ...sections]);
}

/**
 * The far end's last description as its answer to an offer of ours that it never saw: it agrees to what held before.
 * @param weAre our side of the DTLS handshake; a role that was left open in an offer is the other one
 */
export function asAnswer(farEnd: string, offer: string, weAre: 'active' | 'passive'): string {
  const [session = [], ...media] = sectionsOf(farEnd);
  const [theirs, ours] = [audioSectionOf(farEnd)?.direction ?? 'inactive', audioSectionOf(offer)?.direction ?? 'inactive'];
  const direction = directionFor(canSend(theirs) && canReceive(ours), canReceive(theirs) && canSend(ours));
  const decided = (line: string): string => (line === 'a=setup:actpass' ? `a=setup:${weAre === 'active' ? 'passive' : 'active'}` : line);
  const sections = media.map((lines) => {
    const kept = lines.map(decided);
    return isAudio(lines) ? [...kept.filter((line) => !directionLine.test(line)), `a=${direction}`] : kept;
  });
  return textOf([session.map(decided), ...sections]);
}

/** `active` when a local description says so, else `passive`. Of an offer (`actpass`) it tells nothing. */
export function dtlsRoleOf(localAnswer: string): 'active' | 'passive' {
  return /^a=setup:active\s*$/m.test(localAnswer) ? 'active' : 'passive';
}

/** The lines of the session part and of each media section. */
function sectionsOf(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) sections.push([line]);
    else sections.at(-1)?.push(line.trimEnd());
  }
  return sections;
}

function textOf(sections: readonly (readonly string[])[]): string {
  return sections
    .flat()
    .map((line) => `${line}\r\n`)
    .join('');
}

function isAudio(lines: readonly string[]): boolean {
  return lines[0]?.startsWith('m=audio ') ?? false;
}

/** `m=video 9 RTP/AVP 96` to `m=video 0 RTP/AVP 96`; other lines stay. */
function refuse(line: string): string {
  return line.replace(/^(m=\S+) \S+/, '$1 0');
}

function directionIn(lines: readonly string[]): MediaDirection | undefined {
  const name = lines.map((line) => directionLine.exec(line)?.[1]).find((found) => found !== undefined);
  return name === 'sendrecv' || name === 'sendonly' || name === 'recvonly' || name === 'inactive' ? name : undefined;
}

function canSend(direction: MediaDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function canReceive(direction: MediaDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

function directionFor(send: boolean, receive: boolean): MediaDirection {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
