import { type Element, type ElementHead, readElementHead, readUnsigned } from './ebml.ts';
import { elementIds as ids } from './matroska.ts';
import { isMatroska, readBlockTime, readTimestampScale, readTrack, type TrackFacts } from './segment-facts.ts';

/** A Cluster with at least one block. */
export interface ClusterFacts {
  /** Where its content begins in the file, and where its last whole child ends. */
  readonly from: number;
  readonly to: number;
  /** Ticks: when its first block begins. */
  readonly begins: number;
}

/** What a recording consists of. */
export interface RecordingOutline {
  /** The EBML header, whole. */
  readonly header: Uint8Array;
  /** The content of Info. */
  readonly info: Uint8Array;
  /** Tracks, whole. */
  readonly tracks: Uint8Array;
  readonly trackNumber: number;
  /** Nanoseconds. */
  readonly timestampScale: number;
  /** In the order of the file, which is that of time. */
  readonly clusters: readonly ClusterFacts[];
  /** Ticks from zero to the end of the last block. */
  readonly endTicks: number;
}

/** Why a file is left as it is. */
export type ScanFault = 'not-webm' | 'not-understood' | 'indexed-already' | 'empty' | 'too-long';

/**
 * Longest element beside Segment and Cluster: the longest Opus packet (RFC 6716 section 3.2), and far more than heads have. What is cut at the
 * end is no more than that, either.
 */
export const maxElementBytes = 8 * 1024;
/** A Cluster comes with each piece, so these are days. */
export const maxClusters = 1_000_000;
const maxHours = 7 * 24;

/**
 * Reads what a media recorder wrote (RFC 9559, WebM container guidelines): EBML header, Segment, Info, Tracks, Clusters; sizes of Segment and
 * Cluster may be unknown. Each byte is looked at once; between pushes no more than one element is held, and three numbers a Cluster.
 * An element that is cut at the end is left out; for anything else that is not expected there is a fault, and nothing is guessed.
 */
export class RecordingScanner {
  #buffer = new Uint8Array(8 * maxElementBytes);
  #length = 0;
  /** Where the buffer begins in the file. */
  #offset = 0;
  #fault: ScanFault | undefined;
  #level: 'document' | 'segment' | 'cluster' = 'document';
  #segmentEnd = Infinity;
  #clusterEnd = Infinity;
  #header: Uint8Array | undefined;
  #info: { readonly payload: Uint8Array; readonly timestampScale: number } | undefined;
  #tracks: { readonly whole: Uint8Array; readonly track: TrackFacts } | undefined;
  readonly #clusters: ClusterFacts[] = [];
  #cluster: { from: number; to: number; timestamp: number | undefined; begins: number | undefined } | undefined;
  #lastBegins = 0;
  #endTicks = 0;

  /** Set as soon as it is known that the file stays as it is; what is pushed afterwards is ignored. */
  get fault(): ScanFault | undefined {
    return this.#fault;
  }

  /** Takes the next bytes of the file. They are copied, so the chunk may be reused. */
  push(chunk: Uint8Array): void {
    for (let taken = 0; taken < chunk.length && this.#fault === undefined;) {
      const part = chunk.subarray(taken, taken + this.#buffer.length - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      taken += part.length;
      this.#keepFrom(this.#read());
    }
  }

  /** The file has ended. */
  finish(): RecordingOutline | ScanFault {
    if (this.#level === 'cluster') this.#closeCluster();
    if (this.#fault !== undefined) return this.#fault;
    if (this.#header === undefined) return 'not-webm';
    if (this.#clusters.length === 0 || this.#info === undefined || this.#tracks === undefined) return 'empty';
    const { payload: info, timestampScale } = this.#info;
    const { whole: tracks, track } = this.#tracks;
    const facts = { header: this.#header, info, tracks, trackNumber: track.number, timestampScale };
    return { ...facts, clusters: this.#clusters, endTicks: this.#endTicks };
  }

  /** Reads whole elements. @returns where in the buffer the first one begins that is not there yet */
  #read(): number {
    let at = 0;
    while (this.#fault === undefined) {
      if (this.#level === 'cluster' && this.#offset + at >= this.#clusterEnd) this.#closeCluster();
      const head = readElementHead(this.#buffer, at, this.#length);
      if (head === 'more') break;
      if (head === 'malformed') return this.#giveUp('not-understood');
      const taken = this.#take(head, at);
      if (taken === 0) break;
      at += taken;
    }
    return at;
  }

  /** @returns bytes of the element, of those with others inside only its head; 0 when it is not there yet */
  #take(head: ElementHead, at: number): number {
    const { id, size = Infinity, headBytes } = head;
    const start = this.#offset + at + headBytes;
    if (this.#level === 'document' && id === ids.segment) return this.#openSegment(start + size) ?? headBytes;
    if (this.#level !== 'document' && id === ids.cluster) return this.#openCluster(start, start + size) ?? headBytes;
    const outer = this.#level === 'cluster' ? Math.min(this.#clusterEnd, this.#segmentEnd) : this.#segmentEnd;
    if (size > maxElementBytes || start + size > outer) return this.#giveUp(this.#header ? this.#refusal(id) : 'not-webm');
    const end = at + headBytes + size;
    if (end > this.#length) return 0;
    const element = { id, payload: this.#buffer.subarray(at + headBytes, end), whole: this.#buffer.subarray(at, end) };
    const fault = this.#accept(element, start + size);
    return fault === undefined ? headBytes + size : this.#giveUp(fault);
  }

  #accept(element: Element, end: number): ScanFault | undefined {
    if (this.#level === 'document') return this.#acceptHeader(element);
    return this.#level === 'segment' ? this.#acceptPart(element) : this.#acceptChild(element, end);
  }

  #acceptHeader({ id, payload, whole }: Element): ScanFault | undefined {
    if (id !== ids.ebml || this.#header !== undefined || !isMatroska(payload)) return 'not-webm';
    this.#header = whole.slice();
    return undefined;
  }

  #acceptPart({ id, payload, whole }: Element): ScanFault | undefined {
    if (id === ids.void || (id === ids.seekHead && this.#clusters.length === 0)) return undefined;
    if (id === ids.info && this.#info === undefined) {
      const timestampScale = readTimestampScale(payload);
      if (timestampScale !== undefined) this.#info = { payload: payload.slice(), timestampScale };
      return timestampScale === undefined ? 'not-understood' : undefined;
    }
    if (id === ids.tracks && this.#tracks === undefined) {
      const track = readTrack(payload);
      if (track !== undefined) this.#tracks = { whole: whole.slice(), track };
      return track === undefined ? 'not-understood' : undefined;
    }
    return this.#refusal(id);
  }

  #acceptChild(element: Element, end: number): ScanFault | undefined {
    const cluster = this.#cluster;
    if (cluster === undefined) return 'not-understood';
    switch (element.id) {
      case ids.timestamp:
        if (cluster.timestamp !== undefined) return 'not-understood';
        cluster.timestamp = readUnsigned(element.payload);
        break;
      case ids.simpleBlock:
      case ids.blockGroup: {
        const fault = this.#acceptBlock(element, cluster);
        if (fault !== undefined) return fault;
        break;
      }
      case ids.void:
      case ids.crc32:
        break;
      default:
        // Position, for one, would be wrong in another file
        return this.#clusterEnd === Infinity ? this.#acceptPartAfterCluster(element) : 'not-understood';
    }
    cluster.to = end;
    return undefined;
  }

  /** A Cluster of unknown size ends where something begins that cannot be inside (RFC 8794 section 6.2). */
  #acceptPartAfterCluster(element: Element): ScanFault | undefined {
    this.#closeCluster();
    return this.#fault ?? this.#acceptPart(element);
  }

  #acceptBlock(element: Element, cluster: { timestamp: number | undefined; begins: number | undefined }): ScanFault | undefined {
    if (this.#tracks === undefined || this.#info === undefined || cluster.timestamp === undefined) return 'not-understood';
    const { timestampScale } = this.#info;
    const time = readBlockTime(element, this.#tracks.track, timestampScale);
    const begins = cluster.timestamp + (time?.offset ?? 0);
    if (time === undefined || begins < 0) return 'not-understood';
    cluster.begins ??= begins;
    this.#endTicks = Math.max(this.#endTicks, begins + time.ticks);
    return (this.#endTicks * timestampScale) / 3.6e12 > maxHours ? 'too-long' : undefined;
  }

  #openSegment(end: number): number | undefined {
    if (this.#header === undefined) return this.#giveUp('not-webm');
    this.#level = 'segment';
    this.#segmentEnd = end;
    return undefined;
  }

  #openCluster(start: number, end: number): number | undefined {
    if (this.#level === 'cluster' && this.#clusterEnd !== Infinity) return this.#giveUp('not-understood');
    if (this.#level === 'cluster') this.#closeCluster();
    if (this.#fault !== undefined) return 0;
    if (this.#info === undefined || this.#tracks === undefined) return this.#giveUp('not-understood');
    if (start > this.#segmentEnd || (end !== Infinity && end > this.#segmentEnd)) return this.#giveUp('not-understood');
    this.#level = 'cluster';
    this.#clusterEnd = end;
    this.#cluster = { from: start, to: start, timestamp: undefined, begins: undefined };
    return undefined;
  }

  #closeCluster(): void {
    const { from = 0, to = 0, begins } = this.#cluster ?? {};
    this.#level = 'segment';
    this.#cluster = undefined;
    if (begins === undefined) return;
    if (this.#clusters.length === maxClusters) this.#giveUp('too-long');
    // the index is sorted by time, and players look things up in it by halves
    else if (begins < this.#lastBegins) this.#giveUp('not-understood');
    this.#clusters.push({ from, to, begins });
    this.#lastBegins = begins;
  }

  #refusal(id: number): ScanFault {
    return id === ids.cues ? 'indexed-already' : 'not-understood';
  }

  #giveUp(fault: ScanFault): 0 {
    this.#fault ??= fault;
    return 0;
  }

  #keepFrom(start: number): void {
    if (start === 0) return;
    this.#buffer.copyWithin(0, start, this.#length);
    this.#length -= start;
    this.#offset += start;
  }
}
