import { type Element, readChildren, readUnsigned, readVariableNumber } from './ebml.ts';
import { audioTrack, elementIds as ids, usualTimestampScale } from './matroska.ts';
import { opusPacketMs } from './opus-packet.ts';

/** The one track of a recording. */
export interface TrackFacts {
  readonly number: number;
  readonly isOpus: boolean;
}

/** When a block begins, and how long it sounds. */
export interface BlockTime {
  /** Ticks after the Timestamp of its Cluster; may be negative. */
  readonly offset: number;
  readonly ticks: number;
}

const blockHeadBytes = 3;
const lacing = 0x06;
const documentTypes: readonly string[] = ['webm', 'matroska'];

/** Whether the content of an EBML header announces WebM or Matroska (DocType, RFC 8794 section 11.2.5). */
export function isMatroska(header: Uint8Array): boolean {
  const type = readChildren(header)?.find(({ id }) => id === ids.docType);
  return type !== undefined && documentTypes.includes(asciiOf(type.payload));
}

/** Nanoseconds of a tick (RFC 9559 section 5.1.2.9); undefined when the content of Info is not understood. */
export function readTimestampScale(info: Uint8Array): number | undefined {
  const children = readChildren(info);
  const scale = children?.find(({ id }) => id === ids.timestampScale);
  if (children === undefined || scale === undefined) return children && usualTimestampScale;
  return readUnsigned(scale.payload) || undefined;
}

/**
 * What the content of Tracks says (RFC 9559 section 5.1.4); undefined unless there is one track and it is sound. Each block of such a track
 * can be played without those before, so that each Cluster may be jumped to.
 */
export function readTrack(tracks: Uint8Array): TrackFacts | undefined {
  const entries = readChildren(tracks)?.filter(({ id }) => id === ids.trackEntry);
  const [entry] = entries ?? [];
  const facts = entry === undefined || entries?.length !== 1 ? undefined : readChildren(entry.payload);
  const number = unsignedIn(facts, ids.trackNumber);
  if (facts === undefined || number === undefined || unsignedIn(facts, ids.trackType) !== audioTrack) return undefined;
  const codec = facts.find(({ id }) => id === ids.codecId);
  return { number, isOpus: codec !== undefined && asciiOf(codec.payload) === 'A_OPUS' };
}

/**
 * The time of a SimpleBlock or a BlockGroup (RFC 9559 sections 5.1.3.5 and 10); undefined when it is cut or of another track.
 * Without BlockDuration an Opus packet says itself how long it is; where nothing says it, the length is 0.
 */
export function readBlockTime(element: Element, track: TrackFacts, timestampScale: number): BlockTime | undefined {
  if (element.id === ids.simpleBlock) return timeOf(element.payload, undefined, track, timestampScale);
  const children = readChildren(element.payload);
  const block = children?.find(({ id }) => id === ids.block);
  return block && timeOf(block.payload, unsignedIn(children, ids.blockDuration), track, timestampScale);
}

function timeOf(block: Uint8Array, duration: number | undefined, track: TrackFacts, scale: number): BlockTime | undefined {
  const number = readVariableNumber(block);
  if (number?.value !== track.number || block.length < number.length + blockHeadBytes) return undefined;
  const view = new DataView(block.buffer, block.byteOffset + number.length, blockHeadBytes);
  const offset = view.getInt16(0);
  const isOnePacket = (view.getUint8(2) & lacing) === 0;
  const packetMs = track.isOpus && isOnePacket ? opusPacketMs(block.subarray(number.length + blockHeadBytes)) : 0;
  return { offset, ticks: duration ?? (packetMs * 1_000_000) / scale };
}

function unsignedIn(elements: readonly Element[] | undefined, wanted: number): number | undefined {
  const element = elements?.find(({ id }) => id === wanted);
  return element && readUnsigned(element.payload);
}

/** Strings may be filled up with zeros (RFC 8794 section 7.4). */
function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 32)).replace(/\0+$/, '');
}
