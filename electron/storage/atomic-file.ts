import { basename, dirname } from 'node:path';
import { AppError } from '#shared/errors/app-error.ts';
import { fileErrorCode, type FileSystem } from './file-system.ts';

/**
 * Replaces a file as a whole: after a crash or a power cut there is either the old content or the new one. The file is only for this
 * user to read. One writer per path at a time.
 * @throws AppError `disk-full` or `settings-unwritable` (details: `path`, `reason`); the old content is then untouched
 */
export async function writeFileAtomically(files: FileSystem, path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.tmp`;
  try {
    await files.mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await files.open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
    await syncFolder(files, folder);
  } catch (error) {
    throw writeError(error, path);
  }
}

/**
 * Moves a file that cannot be understood out of the way, to `<name>.damaged-<time>` beside it, never over another file.
 * @param wallMs time for the name
 * @returns where it is now
 * @throws AppError `settings-unwritable` when it cannot be moved
 */
export async function setAside(files: FileSystem, path: string, wallMs: number): Promise<string> {
  const wanted = `${path}.damaged-${new Date(wallMs).toISOString().replaceAll(':', '-')}`;
  try {
    let target = wanted;
    for (let attempt = 2; await exists(files, target); attempt++) target = `${wanted}-${attempt}`;
    await files.rename(path, target);
    return target;
  } catch (error) {
    throw writeError(error, path);
  }
}

/** A file system's refusal as a typed error; `history` and `settings` alike. */
export function writeError(error: unknown, path: string): AppError {
  const reason = fileErrorCode(error);
  const code = reason === 'ENOSPC' || reason === 'EDQUOT' ? 'disk-full' : 'settings-unwritable';
  return new AppError(code, { details: { path, file: basename(path), reason }, cause: error });
}

async function exists(files: FileSystem, path: string): Promise<boolean> {
  try {
    await files.access(path);
    return true;
  } catch {
    return false;
  }
}

/** Makes the rename itself last. Windows has no handle for it and some network shares refuse; the rename has happened all the same. */
async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    return;
  }
}
