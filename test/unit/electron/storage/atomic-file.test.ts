import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setAside, writeFileAtomically } from '#electron/storage/atomic-file.ts';
import { nodeFileSystem } from '#electron/storage/file-system.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { FaultyFiles } from './faulty-files.ts';

describe('atomic files', () => {
  let folder: TempFolder;
  let files: FaultyFiles;
  beforeEach(() => {
    folder = new TempFolder('atomic');
    files = new FaultyFiles();
  });
  afterEach(() => folder.dispose());

  describe('writeFileAtomically', () => {
    it('writes beside, syncs, renames, and syncs the folder', async () => {
      const path = folder.file('a', 'x.json');
      await writeFileAtomically(files, path, 'new');
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(files.log).toEqual([
        'mkdir a',
        'open x.json.tmp',
        'write x.json.tmp',
        'sync x.json.tmp',
        'rename x.json.tmp',
        'open a',
        'sync a',
      ]);
      expect(readdirSync(folder.file('a'))).toEqual(['x.json']);
    });

    it.each([
      ['write', 'ENOSPC', 'disk-full'],
      ['sync', 'EDQUOT', 'disk-full'],
      ['open', 'EACCES', 'settings-unwritable'],
      ['mkdir', 'EROFS', 'settings-unwritable'],
      ['rename', 'EPERM', 'settings-unwritable'],
      ['sync', 'EIO', 'settings-unwritable'],
    ] as const)('leaves the old content when %s fails with %s', async (operation, reason, code) => {
      const path = folder.file('x.json');
      writeFileSync(path, 'old');
      files.fail(operation, reason);
      await expect(writeFileAtomically(files, path, 'new')).rejects.toMatchObject({
        code,
        kind: 'expected',
        details: { path, file: 'x.json', reason },
      });
      expect(readFileSync(path, 'utf8')).toBe('old');
      files.heal();
      await writeFileAtomically(files, path, 'new');
      expect(readFileSync(path, 'utf8')).toBe('new');
    });

    it('names a really full device', async () => {
      symlinkSync('/dev/full', folder.file('x.json.tmp'));
      await expect(writeFileAtomically(nodeFileSystem, folder.file('x.json'), 'new')).rejects.toMatchObject({ code: 'disk-full' });
      expect(existsSync(folder.file('x.json'))).toBe(false);
    });
  });

  describe('setAside', () => {
    it('moves a file to a name that says when, and never over another', async () => {
      const path = folder.file('x.json');
      const at = Date.UTC(2026, 0, 5, 9, 0, 0, 7);
      const places: string[] = [];
      for (const content of ['1', '2', '3']) {
        writeFileSync(path, content);
        places.push(await setAside(nodeFileSystem, path, at));
      }
      expect(places.map((place) => place.slice(folder.path.length + 1))).toEqual([
        'x.json.damaged-2026-01-05T09-00-00.007Z',
        'x.json.damaged-2026-01-05T09-00-00.007Z-2',
        'x.json.damaged-2026-01-05T09-00-00.007Z-3',
      ]);
      expect(places.map((place) => readFileSync(place, 'utf8'))).toEqual(['1', '2', '3']);
    });
  });
});
