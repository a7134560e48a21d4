import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementIds as ids } from '#shared/recordings/matroska.ts';
import { joined, writeElement, writeElementHead, writeUnsigned } from '#shared/recordings/ebml.ts';
import { maxElementBytes, RecordingScanner } from '#shared/recordings/recording-scanner.ts';
import { indexedRecording } from '#test/support/media/indexed-recording.ts';
import { blocksOf, elementsOf, matroskaTree, unsigned } from '#test/support/media/matroska-tree.ts';
import { sampleRecording } from '#test/support/media/recording-sample.ts';

const clustersAt = Buffer.from(sampleRecording).indexOf(Buffer.from('1f43b675', 'hex'));
const sampleHead = sampleRecording.subarray(0, clustersAt);
const unknownCluster = Uint8Array.from(Buffer.from('1f43b67501ffffffffffffff', 'hex'));
const timestamp = (ticks: number): Uint8Array => writeElement(ids.timestamp, writeUnsigned(ticks, 4));
/** 60 ms of the sample's track. */
const block = (offset: number): Uint8Array =>
  writeElement(ids.simpleBlock, Uint8Array.of(0x81), writeUnsigned(offset, 2), Uint8Array.of(0x80, 0x7b, 3, 1));
const cluster = (ticks: number, ...children: readonly Uint8Array[]): Uint8Array => writeElement(ids.cluster, timestamp(ticks), ...children);

/** A file is well made when what it says of itself is so. */
function expectIndexed(file: Uint8Array): { durationMs: number; cueTimes: number[] } {
  const tree = matroskaTree(file);
  const [segment] = elementsOf(tree, ids.segment);
  if (segment === undefined) throw new Error('There is no Segment.');
  expect(tree.map(({ id }) => id)).toEqual([ids.ebml, ids.segment]);
  expect(elementsOf(segment.children, ids.cluster).every(({ hasSize }) => hasSize) && segment.hasSize).toBe(true);
  expect([segment.end, segment.children.at(-1)?.end]).toEqual([file.length, file.length]);
  for (const seek of elementsOf(segment.children, ids.seek)) {
    const [id, position] = seek.children;
    const place = segment.content + (position === undefined ? 0 : unsigned(position));
    expect(segment.children.find(({ at }) => at === place)?.id).toBe(id && unsigned(id));
  }
  expect(elementsOf(segment.children, ids.seek)).toHaveLength(3);
  const cueTimes = elementsOf(segment.children, ids.cuePoint).map((point) => {
    const [time = Number.NaN] = elementsOf(point.children, ids.cueTime).map(unsigned);
    const [position = 0] = elementsOf(point.children, ids.cueClusterPosition).map(unsigned);
    const target = segment.children.find(({ at }) => at === segment.content + position);
    expect(blocksOf(target === undefined ? [] : [target])[0]?.time).toBe(time);
    return time;
  });
  const durations = elementsOf(segment.children, ids.duration);
  expect(durations).toHaveLength(1);
  return { durationMs: durations[0]?.payload.readDoubleBE() ?? Number.NaN, cueTimes };
}

function indexed(file: Uint8Array, chunkBytes?: number): Uint8Array {
  const result = indexedRecording(file, chunkBytes);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

describe('a recording of the media recorder', () => {
  it('gets its length and an index, and keeps every block at its time', () => {
    const file = indexed(sampleRecording);
    expect(expectIndexed(file)).toEqual({ durationMs: 1_684, cueTimes: [0] });
    expect(blocksOf(matroskaTree(file))).toEqual(blocksOf(matroskaTree(sampleRecording)));
    expect(indexedRecording(file)).toBe('indexed-already');
  });

  it('comes out the same however it is cut into chunks', () => {
    const file = indexed(sampleRecording, sampleRecording.length);
    for (const chunkBytes of [1, 7, 400, 5_000]) expect(Buffer.compare(indexed(sampleRecording, chunkBytes), file)).toBe(0);
  });

  it('may be cut anywhere: every whole block stays', () => {
    for (let length = 0; length < sampleRecording.length; length++) {
      const cut = sampleRecording.subarray(0, length);
      const result = indexedRecording(cut);
      const blocks = blocksOf(matroskaTree(cut));
      if (typeof result === 'string') {
        expect(blocks, `${length} bytes: ${result}`).toEqual([]);
        continue;
      }
      const { durationMs } = expectIndexed(result);
      expect(blocksOf(matroskaTree(result))).toEqual(blocks);
      expect(durationMs).toBe((blocks.at(-1)?.time ?? Number.NaN) + 60);
    }
  });

  it('with a wrong byte anywhere either stays as it is or keeps every block that can be read', () => {
    const at = fc.nat(sampleRecording.length - 1);
    fc.assert(
      fc.property(at, fc.nat(255), (index, value) => {
        const file = sampleRecording.slice();
        file[index] = value;
        const result = indexedRecording(file);
        if (typeof result === 'string') return;
        expectIndexed(result);
        expect(blocksOf(matroskaTree(result))).toEqual(blocksOf(matroskaTree(file)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('other files of the same kind', () => {
  const file = (...clusters: readonly Uint8Array[]): Uint8Array => joined([sampleHead, ...clusters]);

  it('may know the sizes of their Clusters, and hold BlockGroups', () => {
    const group = writeElement(
      ids.blockGroup,
      writeElement(ids.block, Uint8Array.of(0x81, 0, 10, 0, 0x7b, 3, 1)),
      writeElement(ids.blockDuration, writeUnsigned(40, 1)),
    );
    const source = file(cluster(0, block(0)), writeElement(ids.void, new Uint8Array(20)), cluster(100, block(0), group));
    const result = indexed(source);
    expect(expectIndexed(result).durationMs).toBe(160);
    expect(blocksOf(matroskaTree(result))).toEqual(blocksOf(matroskaTree(source)));
    expect(expectIndexed(indexed(file(cluster(100, group)))).durationMs).toBe(150);
  });

  it('have a Cue every two seconds', () => {
    const hour = Array.from({ length: 9_000 }, (_, index) => joined([unknownCluster, timestamp(index * 400), block(0), block(340)]));
    const result = indexed(file(...hour), 256 * 1024);
    const { durationMs, cueTimes } = expectIndexed(result);
    expect(durationMs).toBe(3_600_000);
    expect(cueTimes).toEqual(Array.from({ length: 1_800 }, (_, index) => index * 2_000));
  });

  it.each([
    ['nothing', new Uint8Array(), 'not-webm'],
    ['text', new TextEncoder().encode('<!doctype html><p>not a recording</p>'), 'not-webm'],
    ['no sound yet', sampleHead, 'empty'],
    ['a Cluster without blocks', file(unknownCluster, timestamp(0)), 'empty'],
    ['a block before its time', file(unknownCluster, block(0)), 'not-understood'],
    ['time that runs back', file(cluster(500, block(0)), cluster(400, block(0))), 'not-understood'],
    ['a second recording behind the first', joined([sampleRecording, sampleRecording]), 'not-understood'],
    ['zeros behind it', joined([sampleRecording, new Uint8Array(512)]), 'not-understood'],
    ['places that would be wrong', file(cluster(0, block(0), writeElement(0xa7, Uint8Array.of(9)))), 'not-understood'],
    ['another track', file(cluster(0, writeElement(ids.simpleBlock, Uint8Array.of(0x82, 0, 0, 0x80, 0x7b, 3)))), 'not-understood'],
    ['a block without end', file(unknownCluster, timestamp(0), writeElementHead(ids.simpleBlock, maxElementBytes + 1)), 'not-understood'],
    ['a time in years', file(cluster(4_000_000_000, block(0))), 'too-long'],
  ])('stay as they are: %s', (_, bytes, fault) => {
    expect(indexedRecording(bytes)).toBe(fault);
  });
});

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(...Object.values(ids).map((id) => writeElementHead(id, 5)), unknownCluster, sampleHead, timestamp(1), block(2)),
  );

  it('never throw, and never make a file that is wrong about itself', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(piece, { maxLength: 20 }), (withHead, pieces) => {
        const bytes = joined(withHead ? [sampleHead, ...pieces] : pieces);
        const result = indexedRecording(bytes, 13);
        if (typeof result !== 'string') expectIndexed(result);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are held no longer than one element', () => {
    const scanner = new RecordingScanner();
    const chunk = new Uint8Array(1024 * 1024);
    for (let index = 0; index < 100; index++) scanner.push(chunk);
    expect(scanner.fault).toBe('not-understood');
  });
});
