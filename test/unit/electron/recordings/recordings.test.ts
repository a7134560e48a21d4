import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GrowingFile, nodeRecordingFiles, type RecordingFiles } from '#electron/recordings/recording-files.ts';
import { recordingName } from '#electron/recordings/recording-name.ts';
import { Recordings } from '#electron/recordings/recordings.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { indexedRecording } from '#test/support/media/indexed-recording.ts';
import { sampleRecording } from '#test/support/media/recording-sample.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { webmHeader, webmPiece } from './webm-pieces.ts';

const indexedSample = new Uint8Array(Buffer.from(indexedRecording(sampleRecording)));
const began = new Date(2026, 10, 20, 10, 11, 12);

describe('the name of a recording', () => {
  it.each([
    ['Anna Berger', '2026-11-20 10.11.12 Anna Berger'],
    ['', '2026-11-20 10.11.12'],
    ['../../etc/passwd', '2026-11-20 10.11.12 .._.._etc_passwd'],
    ['a<b>:"c|d?*\\e\u0000\u202e.', '2026-11-20 10.11.12 a_b___c_d___e__'],
    ['+49 89 1', '2026-11-20 10.11.12 +49 89 1'],
    ['\u0041\u030a', '2026-11-20 10.11.12 \u00c5'],
  ])('%j', (party, name) => {
    expect(recordingName(began, party)).toBe(name);
  });

  it('is one that every file system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (party) => {
        const name = recordingName(began, party);
        expect(Buffer.byteLength(`${name} (999).webm.part`)).toBeLessThan(255);
        expect(name).not.toMatch(/[<>:"/\\|?*]|[. ]$/);
        expect(name.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('recordings', () => {
  const anna = { party: 'Anna', began: began.getTime() };
  let folder: TempFolder;
  const opened: Recordings[] = [];
  beforeEach(() => (folder = new TempFolder('recordings')));
  afterEach(async () => {
    for (const one of opened.splice(0)) {
      await one.finishAll();
      one.dispose();
    }
    folder.dispose();
  });

  function openRecordings(part: { files?: RecordingFiles; folder?: string | null; forbidden?: boolean; wallMs?: number } = {}) {
    const clock = new VirtualClock(part.wallMs ?? began.getTime());
    const data = new Emitter<{ readonly recording: string; readonly bytes: Uint8Array }>();
    const recordings = new Recordings({
      media: { onRecordingData: data.event },
      settings: () => ({ offered: true, folder: part.folder === undefined ? folder.path : part.folder, tone: true }),
      policy: () => ({ recording: part.forbidden === true ? 'forbidden' : 'free' }),
      clock,
      logger: silentLogger,
      ...(part.files === undefined ? {} : { files: part.files }),
    });
    const failures: string[] = [];
    recordings.onFailed(({ recording, error }) => failures.push(`${recording} ${error.code}`));
    opened.push(recordings);
    return { recordings, data, clock, failures };
  }

  const files = () => readdirSync(folder.path).sort();

  it('writes what the media window tells, and names the file at the end', async () => {
    const { recordings, data } = openRecordings();
    recordings.begin();
    const path = await recordings.start('call', anna);
    expect(path).toBe(folder.file('2026-11-20 10.11.12 Anna.webm'));
    for (let index = 0; index < 10; index++) data.fire({ recording: 'call', bytes: webmPiece(index) });
    data.fire({ recording: 'other', bytes: webmPiece(1) });
    expect(files()).toEqual(['2026-11-20 10.11.12 Anna.webm.part']);
    expect(await recordings.finish('call')).toBe(path);
    await recordings.finishAll();
    expect(files()).toEqual(['2026-11-20 10.11.12 Anna.webm']);
    expect(readFileSync(path)).toEqual(Buffer.concat(Array.from({ length: 10 }, (_, index) => webmPiece(index))));
    expect(await recordings.finish('call')).toBeNull();
  });

  it('numbers files of the same name', async () => {
    const { recordings } = openRecordings();
    writeFileSync(folder.file('2026-11-20 10.11.12 Anna.webm'), 'x');
    const both = await Promise.all([recordings.start('a', anna), recordings.start('b', anna)]);
    expect(both).toEqual([folder.file('2026-11-20 10.11.12 Anna (2).webm'), folder.file('2026-11-20 10.11.12 Anna (3).webm')]);
    for (const id of ['a', 'b']) recordings.append(id, webmHeader);
    expect(await Promise.all([recordings.finish('a'), recordings.finish('b')])).toEqual(both);
  });

  it('puts what goes on later beside what came first', async () => {
    const { recordings, clock } = openRecordings();
    for (const name of ['2026-11-20 10.11.12 Anna.webm', '2026-11-20 10.11.12 Anna (2).webm']) {
      expect(await recordings.start('call', anna)).toBe(folder.file(name));
      recordings.append('call', webmHeader);
      clock.advance(60_000);
      await recordings.finish('call');
    }
  });

  it('leaves no file where nothing came', async () => {
    const { recordings } = openRecordings();
    await recordings.start('call', anna);
    expect(await recordings.finish('call')).toBeNull();
    expect(files()).toEqual([]);
  });

  it('wants a folder, and the leave of the policy', async () => {
    const start = (part: Parameters<typeof openRecordings>[0]) => openRecordings(part).recordings.start('call', anna);
    await expect(start({ folder: null })).rejects.toMatchObject({ code: 'recording-folder-missing' });
    await expect(start({ folder: folder.file('gone') })).rejects.toMatchObject({ code: 'recording-folder-missing' });
    await expect(start({ forbidden: true })).rejects.toMatchObject({ code: 'recording-forbidden' });
  });

  it('keeps what was written when the disk takes no more, and says so once', async () => {
    const disk = { room: 1000 };
    const { recordings, failures } = openRecordings({ files: { ...nodeRecordingFiles, create: (path) => smallFile(path, disk) } });
    const path = await recordings.start('call', anna);
    recordings.append('call', webmHeader);
    const failed = new Promise((resolve) => recordings.onFailed(resolve));
    for (let index = 1; index < 10; index++) {
      recordings.append('call', webmPiece(index));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await failed;
    expect(failures).toEqual(['call recording-failed']);
    recordings.append('call', webmPiece(1));
    expect(await recordings.finish('call')).toBe(path);
    expect(readFileSync(path).subarray(0, webmHeader.length)).toEqual(Buffer.from(webmHeader));
  });

  it('gives up a disk that has stopped', async () => {
    const stuck = new Promise<void>(() => {});
    const file: GrowingFile = { write: () => stuck, datasync: () => stuck, close: () => Promise.resolve() };
    const { recordings, failures } = openRecordings({ files: { ...nodeRecordingFiles, create: () => Promise.resolve(file) } });
    await recordings.start('call', anna);
    for (let index = 0; index < 6; index++) recordings.append('call', new Uint8Array(1024 * 1024));
    expect(failures).toEqual(['call recording-failed']);
    await recordings.finish('call');
  });

  it('says when a file cannot be made', async () => {
    const create = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const { recordings } = openRecordings({ files: { ...nodeRecordingFiles, create } });
    await expect(recordings.start('call', anna)).rejects.toMatchObject({
      code: 'recording-failed',
      details: { reason: 'ENOSPC' },
    });
  });

  it('names at its start what an earlier one left, but not what still grows', async () => {
    const old = new Date(Date.now() - 60_000);
    for (const name of ['a.webm.part', 'b.webm.part', 'empty.webm.part', 'grows.webm.part', 'other.part']) {
      writeFileSync(folder.file(name), name.startsWith('empty') ? '' : name);
      if (!name.startsWith('grows')) utimesSync(folder.file(name), old, old);
    }
    writeFileSync(folder.file('b.webm'), 'there');
    mkdirSync(folder.file('folder.webm'));
    const { recordings, clock } = openRecordings({ wallMs: Date.now() });
    recordings.begin();
    await recordings.recover();
    expect(files()).toEqual(['a.webm', 'b (2).webm', 'b.webm', 'folder.webm', 'grows.webm.part', 'other.part']);
    clock.advance(20_000);
    await recordings.recover();
    expect(files()).toContain('grows.webm');
    expect(clock.pendingCount).toBe(0);
  });

  it('gives what it finishes its length and index, and nobody waits for that', async () => {
    const disk = { recover: (): void => undefined };
    const stuck = new Promise<void>((resolve) => (disk.recover = resolve));
    const create = async (path: string): Promise<GrowingFile> => {
      const file = await nodeRecordingFiles.create(path);
      return path.endsWith('.index') ? { ...file, write: () => stuck } : file;
    };
    const { recordings, clock } = openRecordings({ files: { ...nodeRecordingFiles, create } });
    const path = await recordings.start('call', anna);
    recordings.append('call', sampleRecording);
    expect(await recordings.finish('call')).toBe(path);
    expect(Buffer.compare(readFileSync(path), sampleRecording)).toBe(0);
    expect(await recordings.start('next', anna)).toBe(folder.file('2026-11-20 10.11.12 Anna (2).webm'));
    expect(await recordings.finish('next')).toBeNull();
    const left = recordings.finishAll();
    await clock.advanceAsync(1_000);
    await left;
    expect(Buffer.compare(readFileSync(path), sampleRecording)).toBe(0);
    expect(files()).toHaveLength(2);
    // the copy is old for the next process
    const next = openRecordings({ wallMs: Date.now() + 60_000 });
    await next.recordings.recover();
    expect(files()).toEqual(['2026-11-20 10.11.12 Anna.webm']);
    expect(Buffer.compare(readFileSync(path), indexedSample)).toBe(0);
    expect(next.clock.pendingCount).toBe(0);
    // and when the first goes on after all, its copy is gone
    disk.recover();
    await recordings.finishAll();
    expect(files()).toEqual(['2026-11-20 10.11.12 Anna.webm']);
    expect(Buffer.compare(readFileSync(path), indexedSample)).toBe(0);
  });

  it('indexes what a crash left', async () => {
    const old = new Date(Date.now() - 60_000);
    writeFileSync(folder.file('a.webm.part'), sampleRecording.subarray(0, -100));
    utimesSync(folder.file('a.webm.part'), old, old);
    const { recordings } = openRecordings({ wallMs: Date.now() });
    await recordings.recover();
    expect(files()).toEqual(['a.webm']);
    expect(readFileSync(folder.file('a.webm')).includes(Buffer.from('1c53bb6b', 'hex'))).toBe(true);
  });

  it('has almost all of what a killed process recorded', async () => {
    const writer = spawn(process.execPath, [new URL('recording-writer.ts', import.meta.url).pathname, folder.path], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const given: { bytes: number; at: number }[] = [];
    writer.stdout.setEncoding('utf8');
    writer.stdout.on('data', (chunk: string) => {
      for (const line of chunk.trimEnd().split('\n')) given.push({ bytes: Number(line), at: performance.now() });
      if (given.length > 60) writer.kill('SIGKILL');
    });
    await Promise.all([once(writer, 'exit'), once(writer.stdout, 'close')]);
    const killed = given.at(-1)?.at ?? 0;
    const aSecondBefore = given.filter(({ at }) => at <= killed - 1000).at(-1)?.bytes ?? 0;
    expect(aSecondBefore).toBeGreaterThan(0);
    const { recordings } = openRecordings({ wallMs: Date.now() + 60_000 });
    recordings.begin();
    await recordings.recover();
    const [name] = files();
    expect(files()).toHaveLength(1);
    expect(name).toMatch(/ Anna\.webm$/);
    const path = folder.file(name ?? '');
    expect(statSync(path).size).toBeGreaterThanOrEqual(aSecondBefore);
    expect(readFileSync(path).subarray(0, webmHeader.length)).toEqual(Buffer.from(webmHeader));
  });
});

/** A file on a disk with so much room. */
async function smallFile(path: string, disk: { room: number }): Promise<GrowingFile> {
  const file = await nodeRecordingFiles.create(path);
  return {
    ...file,
    write: async (bytes) => {
      if (bytes.length > disk.room) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      disk.room -= bytes.length;
      await file.write(bytes);
    },
  };
}
