import { joined, readChildren, writeElement, writeElementHead, writeFloat, writeUnsigned } from './ebml.ts';
import { elementIds as ids } from './matroska.ts';
import type { ClusterFacts, RecordingOutline } from './recording-scanner.ts';

/** The beginning of a recording that knows its length. */
export interface IndexPlan {
  /** Everything before the first Cluster. */
  readonly head: Uint8Array;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly durationMs: number;
}

/** A player jumps to one of these and reads on: at 4 kB a second nothing to wait for. */
const cueSpacingMs = 2_000;
const clusterHeadBytes = 12;
const positionBytes = 8;
/** Of Info: the old length, and what it was checked by and padded with. */
const replaced: readonly number[] = [ids.duration, ids.crc32, ids.void];

/**
 * Says how a recording has to begin so that any player shows its length and seeks in it: Segment with its size, SeekHead, Info with
 * Duration, Tracks, Cues, then the Clusters (RFC 9559 sections 5.1.1, 5.1.2.10, 5.1.5 and 6; the WebM container guidelines want Cues before
 * the Clusters). Positions count from the beginning of the Segment's content (RFC 9559 section 16).
 */
export function planIndex(outline: RecordingOutline): IndexPlan {
  const info = withDuration(outline.info, outline.endTicks);
  const seekBytes = seekHead(info.length, 0, 0).length;
  const beforeCues = seekBytes + info.length + outline.tracks.length;
  const cuesBytes = cues(outline, 0).length;
  const clustersAt = beforeCues + cuesBytes;
  const content = joined([seekHead(seekBytes, seekBytes + info.length, beforeCues), info, outline.tracks, cues(outline, clustersAt)]);
  const segmentBytes = outline.clusters.reduce((sum, cluster) => sum + clusterBytes(cluster), content.length);
  const head = joined([outline.header, writeElementHead(ids.segment, segmentBytes), content]);
  const size = head.length - content.length + segmentBytes;
  return { head, size, durationMs: (outline.endTicks * outline.timestampScale) / 1e6 };
}

/** Name and size of a Cluster as it stands in the new file; its content follows. */
export function writeClusterHead({ from, to }: ClusterFacts): Uint8Array {
  return writeElementHead(ids.cluster, to - from);
}

function clusterBytes({ from, to }: ClusterFacts): number {
  return clusterHeadBytes + to - from;
}

function withDuration(info: Uint8Array, endTicks: number): Uint8Array {
  const kept = (readChildren(info) ?? []).filter(({ id }) => !replaced.includes(id)).map(({ whole }) => whole);
  return writeElement(ids.info, ...kept, writeElement(ids.duration, writeFloat(endTicks)));
}

function seekHead(infoAt: number, tracksAt: number, cuesAt: number): Uint8Array {
  const seek = (id: number, position: number): Uint8Array =>
    writeElement(
      ids.seek,
      writeElement(ids.seekId, writeUnsigned(id, 4)),
      writeElement(ids.seekPosition, writeUnsigned(position, positionBytes)),
    );
  return writeElement(ids.seekHead, seek(ids.info, infoAt), seek(ids.tracks, tracksAt), seek(ids.cues, cuesAt));
}

/** Its length does not depend on `clustersAt`. */
function cues({ clusters, timestampScale, trackNumber }: RecordingOutline, clustersAt: number): Uint8Array {
  const spacing = (cueSpacingMs * 1e6) / timestampScale;
  const points: Uint8Array[] = [];
  let next = 0;
  let position = clustersAt;
  for (const cluster of clusters) {
    if (points.length === 0 || cluster.begins >= next) {
      points.push(cuePoint(cluster.begins, trackNumber, position));
      next = cluster.begins + spacing;
    }
    position += clusterBytes(cluster);
  }
  return writeElement(ids.cues, ...points);
}

function cuePoint(time: number, track: number, position: number): Uint8Array {
  return writeElement(
    ids.cuePoint,
    writeElement(ids.cueTime, writeUnsigned(time, positionBytes)),
    writeElement(
      ids.cueTrackPositions,
      writeElement(ids.cueTrack, writeUnsigned(track, 4)),
      writeElement(ids.cueClusterPosition, writeUnsigned(position, positionBytes)),
    ),
  );
}
