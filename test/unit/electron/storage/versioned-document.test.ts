import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DocumentFormat } from '#electron/storage/document-format.ts';
import { VersionedDocument } from '#electron/storage/versioned-document.ts';
import type { AppError } from '#shared/errors/app-error.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FaultyFiles } from './faulty-files.ts';

const schema = z.object({ version: z.literal(3), name: z.string().max(20), volume: z.number().min(0).max(1) });
type Value = z.infer<typeof schema>;
const defaults: Value = { version: 3, name: 'default', volume: 0.5 };
const format: DocumentFormat<Value> = {
  schema,
  version: 3,
  defaults,
  upgrades: {
    1: ({ title, ...rest }) => ({ ...rest, name: title }),
    2: ({ percent, ...rest }) => {
      if (typeof percent !== 'number') throw new Error('no percent');
      return { ...rest, volume: percent / 100 };
    },
  },
};
const good: Value = { version: 3, name: 'mine', volume: 1 };

describe('documents on disk', () => {
  let folder: TempFolder;
  let files: FaultyFiles;
  let path: string;
  beforeEach(() => {
    folder = new TempFolder('document');
    files = new FaultyFiles();
    path = folder.file('x.json');
  });
  afterEach(() => folder.dispose());

  const newDocument = () => new VersionedDocument<Value>({ path, format, clock: new VirtualClock(0), logger: silentLogger, files });
  const onDisk = (name = 'x.json'): unknown => JSON.parse(readFileSync(folder.file(name), 'utf8'));
  const setAsideName = 'x.json.damaged-1970-01-01T00-00-00.000Z';

  describe('VersionedDocument, loading', () => {
    it('takes the defaults where there is no file, and writes none', async () => {
      expect(await newDocument().load()).toEqual({ value: defaults });
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it('reads what was saved', async () => {
      const document = newDocument();
      await document.load();
      document.save(good);
      expect(document.value).toEqual(good);
      await document.flush();
      document.dispose();
      expect(await newDocument().load()).toEqual({ value: good });
      expect(readdirSync(folder.path).sort()).toEqual(['x.json', 'x.json.bak']);
    });

    it('upgrades old content step by step', async () => {
      writeFileSync(path, '{"version":1,"title":"old","percent":25}');
      expect(await newDocument().load()).toEqual({ value: { version: 3, name: 'old', volume: 0.25 } });
    });

    it.each([
      ['', 'not JSON'],
      ['{"version":3,"name":"mi', 'not JSON'],
      ['\0'.repeat(100), 'not JSON'],
      ['[]', 'no version'],
      ['null', 'no version'],
      ['{"name":"mine","volume":1}', 'no version'],
      ['{"version":"3","name":"mine","volume":1}', 'no version'],
      ['{"version":3,"name":"mine","volume":7}', 'volume: '],
      ['{"version":2,"name":"mine"}', 'the upgrade from version 2 failed'],
      [Buffer.from('{"version":3,"name":"m\xff","volume":1}', 'latin1'), 'not JSON'],
    ])('sets a damaged file aside and starts from the defaults: %j', async (content, reason) => {
      writeFileSync(path, content);
      const document = newDocument();
      const { value, problem } = await document.load();
      expect(value).toEqual(defaults);
      expect(problem).toMatchObject({
        code: 'settings-damaged',
        details: { path, startedFrom: 'defaults', setAside: folder.file(setAsideName) },
      });
      expect(problem?.details['reason']).toContain(reason);
      document.save(good);
      await document.flush();
      expect(readFileSync(folder.file(setAsideName))).toEqual(Buffer.from(content));
      expect(onDisk()).toEqual(good);
    });

    it('starts from the last good copy, again and again until there is a new file', async () => {
      writeFileSync(path, '{');
      writeFileSync(`${path}.bak`, JSON.stringify(good));
      const { value, problem } = await newDocument().load();
      expect(value).toEqual(good);
      expect(problem?.details['startedFrom']).toBe('last-good-copy');
      expect(await newDocument().load()).toEqual({ value: good });
    });

    it('sets a damaged copy aside as well', async () => {
      writeFileSync(path, '{');
      writeFileSync(`${path}.bak`, '}');
      const { value, problem } = await newDocument().load();
      expect([value, problem?.code]).toEqual([defaults, 'settings-damaged']);
      expect(readdirSync(folder.path).sort()).toEqual(['x.json.bak.damaged-1970-01-01T00-00-00.000Z', setAsideName]);
    });

    it('never writes over a damaged file that cannot be moved', async () => {
      writeFileSync(path, '{');
      files.fail('rename', 'EACCES');
      const document = newDocument();
      const { problem } = await document.load();
      expect(problem?.code).toBe('settings-damaged');
      expect(problem?.details).not.toHaveProperty('setAside');
      files.heal();
      document.save(good);
      await document.flush();
      expect([document.value, document.writable]).toEqual([good, false]);
      expect(readFileSync(path, 'utf8')).toBe('{');
    });

    it('reads what it can of a newer file and never writes it', async () => {
      const newer = JSON.stringify({ version: 4, name: 'newer', volume: 0.1, extra: true });
      writeFileSync(path, newer);
      const document = newDocument();
      const { value, problem } = await document.load();
      expect(value).toEqual({ version: 3, name: 'newer', volume: 0.1 });
      expect(problem).toMatchObject({ code: 'settings-newer', details: { version: 4 } });
      document.save(good);
      await document.flush();
      expect(document.value).toEqual(good);
      expect(readFileSync(path, 'utf8')).toBe(newer);
      expect(readdirSync(folder.path)).toEqual(['x.json']);
    });

    it('takes the defaults where nothing of a newer file can be read', async () => {
      writeFileSync(path, '{"version":99}');
      expect((await newDocument().load()).value).toEqual(defaults);
    });

    it('sets aside what cannot be read at all', async () => {
      writeFileSync(path, JSON.stringify(good));
      files.fail('readFile', 'EIO');
      expect((await newDocument().load()).problem).toMatchObject({ code: 'settings-damaged', details: { reason: 'EIO' } });
    });

    it('starts with a valid value from any mutation, and keeps the mutated bytes', async () => {
      const original = Buffer.from(JSON.stringify(good, null, 2));
      const mutation = fc.oneof(
        fc.nat(original.length - 1).map((length) => original.subarray(0, length)),
        fc.tuple(fc.nat(original.length - 1), fc.nat(7)).map(([at, bit]) => {
          const copy = Buffer.from(original);
          copy[at] = (copy[at] ?? 0) ^ (1 << bit);
          return copy;
        }),
        fc
          .tuple(fc.nat(original.length - 1), fc.nat(20))
          .map(([at, count]) => Buffer.from(original).fill(0, at, Math.min(original.length, at + count))),
        fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      );
      await fc.assert(
        fc.asyncProperty(mutation, async (bytes) => {
          const own = new TempFolder('mutation');
          try {
            writeFileSync(own.file('x.json'), bytes);
            writeFileSync(own.file('x.json.bak'), original);
            const document = new VersionedDocument<Value>({
              path: own.file('x.json'),
              format,
              clock: new VirtualClock(0),
              logger: silentLogger,
            });
            const { value, problem } = await document.load();
            expect(schema.safeParse(value).success).toBe(true);
            if (problem?.code === 'settings-damaged') expect(value).toEqual(good);
            document.save({ ...value, volume: 0 });
            await document.flush();
            const kept = readdirSync(own.path).map((name) => readFileSync(own.file(name)));
            if (problem !== undefined) expect(kept.some((content) => content.equals(bytes))).toBe(true);
          } finally {
            own.dispose();
          }
        }),
        { numRuns: 500 },
      );
    });
  });

  describe('VersionedDocument, saving', () => {
    it('refuses a value that does not fit, and changes nothing', async () => {
      const document = newDocument();
      await document.load();
      expect(() => document.save({ ...good, volume: 2 })).toThrow(expect.objectContaining({ code: 'request-invalid' }));
      await document.flush();
      expect(document.value).toEqual(defaults);
      expect(readdirSync(folder.path)).toEqual([]);
    });

    it('does not write over a file that it has not read', () => {
      writeFileSync(path, JSON.stringify(good));
      expect(() => newDocument().save(defaults)).toThrow(expect.objectContaining({ kind: 'bug' }));
      expect(onDisk()).toEqual(good);
    });

    it('writes only the last of many values', async () => {
      const document = newDocument();
      await document.load();
      let open = (): void => {};
      files.gate = new Promise((resolve) => (open = resolve));
      for (let index = 0; index <= 100; index++) {
        document.save({ ...good, volume: index / 100 });
        if (index === 50) await new Promise((resolve) => setImmediate(resolve));
      }
      open();
      await document.flush();
      expect(onDisk()).toEqual(good);
      expect(files.log.filter((step) => step === 'write x.json.tmp').length).toBe(2);
    });

    it('keeps the value on a full disk, tells once, and writes it with the next change', async () => {
      const document = newDocument();
      const problems: AppError[] = [];
      await document.load();
      document.onProblem((problem) => problems.push(problem));
      document.save(good);
      await document.flush();
      files.fail('write', 'ENOSPC');
      for (const volume of [0.1, 0.2, 0.3]) {
        document.save({ ...good, volume });
        await document.flush();
      }
      expect(problems.map(({ code }) => code)).toEqual(['disk-full']);
      expect([document.value.volume, onDisk()]).toEqual([0.3, good]);
      files.heal();
      await document.flush();
      expect(onDisk()).toEqual({ ...good, volume: 0.3 });
      files.fail('open', 'EACCES');
      document.save({ ...good, volume: 0.4 });
      await document.flush();
      expect(problems.map(({ code }) => code)).toEqual(['disk-full', 'settings-unwritable']);
    });

    it('writes and tells nothing any more once it is disposed', async () => {
      const document = newDocument();
      await document.load();
      document.onProblem(() => expect.unreachable());
      document.dispose();
      files.fail('open', 'EACCES');
      document.save(good);
      await document.flush();
      expect(readdirSync(folder.path)).toEqual([]);
    });
  });
});
