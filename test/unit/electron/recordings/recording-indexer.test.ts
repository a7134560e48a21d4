import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GrowingFile, nodeRecordingFiles, type RecordingFiles } from '#electron/recordings/recording-files.ts';
import { RecordingIndexer } from '#electron/recordings/recording-indexer.ts';
import { joined, writeElement, writeUnsigned } from '#shared/recordings/ebml.ts';
import { elementIds as ids } from '#shared/recordings/matroska.ts';
import { type Logger, silentLogger } from '#shared/util/logger.ts';
import { indexedRecording } from '#test/support/media/indexed-recording.ts';
import { sampleRecording } from '#test/support/media/recording-sample.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const aliveMs = 10_000;
/** As the media recorder begins one: its size is not known. */
const unknownCluster = Uint8Array.from(Buffer.from('1f43b67501ffffffffffffff', 'hex'));
const clustersAt = Buffer.from(sampleRecording).indexOf(Buffer.from('1f43b675', 'hex'));

describe('the indexer', () => {
  let folder: TempFolder;
  beforeEach(() => (folder = new TempFolder('indexer')));
  afterEach(() => folder.dispose());

  function openIndexer(files: Partial<RecordingFiles> = {}) {
    const warnings: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, fields) => warnings.push(fields?.['reason']) };
    const clock = new VirtualClock(Date.now() + 60_000);
    return { indexer: new RecordingIndexer({ files: { ...nodeRecordingFiles, ...files }, clock, logger }), warnings };
  }

  function write(bytes: Uint8Array, name = 'a.webm'): string {
    writeFileSync(folder.file(name), bytes);
    return folder.file(name);
  }

  const files = () => readdirSync(folder.path).sort();
  const isAsBefore = (path: string) => Buffer.compare(readFileSync(path), sampleRecording) === 0;
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
  /** Copies whose file has this part. */
  const creating = (part: Partial<GrowingFile>) => async (path: string) => ({ ...(await nodeRecordingFiles.create(path)), ...part });

  it('puts the file with its index in the place of the other', async () => {
    const path = write(sampleRecording);
    const { indexer, warnings } = openIndexer();
    await indexer.index(path);
    expect(new Uint8Array(readFileSync(path))).toEqual(indexedRecording(sampleRecording));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([files(), warnings]).toEqual([['a.webm'], []]);
    await indexer.index(path);
    expect(warnings).toEqual(['indexed-already']);
  });

  it.each<[string, Partial<RecordingFiles>]>([
    ['ENOSPC', { create: creating({ write: failing('ENOSPC') }) }],
    ['EDQUOT', { create: creating({ datasync: failing('EDQUOT') }) }],
    ['EIO', { stat: failing('EIO') }],
    ['EACCES', { create: failing('EACCES') }],
    ['EMFILE', { open: failing('EMFILE') }],
    ['EISDIR', { open: () => Promise.resolve({ read: failing('EISDIR'), close: () => Promise.resolve() }) }],
    ['EPERM', { rename: failing('EPERM') }],
    ['the copy is not what it should be', { create: creating({ write: () => Promise.resolve() }) }],
  ])('leaves the file as it is, and nothing beside it: %s', async (reason, part) => {
    const path = write(sampleRecording);
    const { indexer, warnings } = openIndexer(part);
    await indexer.index(path);
    expect(isAsBefore(path)).toBe(true);
    expect([files(), warnings]).toEqual([['a.webm'], [reason]]);
  });

  it('leaves what it does not understand, and what is gone', async () => {
    const path = write(new TextEncoder().encode('not a recording'));
    const { indexer, warnings } = openIndexer();
    await Promise.all([indexer.index(path), indexer.index(folder.file('gone.webm'))]);
    expect(readFileSync(path, 'utf8')).toBe('not a recording');
    expect([files(), warnings]).toEqual([['a.webm'], ['not-webm', 'ENOENT']]);
  });

  it.each<[string, (path: string) => void, readonly string[], string]>([
    ['removed', (path) => rmSync(path), [], 'ENOENT'],
    ['changed', (path) => appendFileSync(path, 'x'), ['a.webm'], 'somebody changed the file meanwhile'],
  ])('lets a file be that was %s meanwhile', async (_, happens, left, reason) => {
    const path = write(sampleRecording);
    const { indexer, warnings } = openIndexer({ create: creating({ datasync: () => Promise.resolve(happens(path)) }) });
    await indexer.index(path);
    expect([files(), warnings]).toEqual([left, [reason]]);
  });

  it('makes up for what a crash cut short, but not for what another process does', async () => {
    const cut = write(sampleRecording);
    write(sampleRecording, 'b.webm');
    write(sampleRecording, 'c.webm.mine.index');
    const old = new Date(Date.now() - aliveMs);
    for (const name of ['a.webm.mi8k2x01.index', 'a.webm.mi8k2x02.index', 'gone.webm.mi8k2x01.index', 'b.webm.mi8k2x03.index']) {
      utimesSync(write(new Uint8Array(10), name), old, old);
    }
    const alive = new Date(Date.now() + 60_000);
    utimesSync(folder.file('b.webm.mi8k2x03.index'), alive, alive);
    const { indexer, warnings } = openIndexer();
    await indexer.resume(folder.path, aliveMs);
    await indexer.idle();
    expect(files()).toEqual(['a.webm', 'b.webm', 'b.webm.mi8k2x03.index', 'c.webm.mine.index']);
    expect([isAsBefore(cut), isAsBefore(folder.file('b.webm'))]).toEqual([false, true]);
    expect(warnings).toEqual([]);
  });

  it('holds a bounded part of an hour at a time, and is done at once', async () => {
    const hour = Array.from({ length: 9_000 }, (_, index) =>
      joined([
        unknownCluster,
        writeElement(ids.timestamp, writeUnsigned(index * 400, 4)),
        ...Array.from({ length: 7 }, (_, block) =>
          writeElement(ids.simpleBlock, Uint8Array.of(0x81, 0, block * 60, 0x80, 0x7b, 3), new Uint8Array(234)),
        ),
      ]),
    );
    const path = write(joined([sampleRecording.subarray(0, clustersAt), ...hour]));
    let largest = 0;
    const { indexer, warnings } = openIndexer({
      create: async (name) => {
        const file = await nodeRecordingFiles.create(name);
        const measured = (bytes: Uint8Array): Promise<void> => {
          largest = Math.max(largest, bytes.length);
          return file.write(bytes);
        };
        return { ...file, write: measured };
      },
    });
    const before = statSync(path).size;
    const begun = performance.now();
    await indexer.index(path);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(warnings).toEqual([]);
    expect(before).toBeGreaterThan(14_000_000);
    expect(statSync(path).size).toBeLessThan(before * 1.01);
    expect(largest).toBeLessThan(512 * 1024);
  });
});
