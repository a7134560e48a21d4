import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTestUser } from '../../../build/setup/test-user.mjs';

/** A folder that the app under test may write to, though it runs as another user than the tests. */
export interface TempFolder {
  readonly path: string;
  dispose(): Promise<void>;
}

/** @param name the beginning of the folder's name, so that a leftover tells whose it is */
export async function createTempFolder(name: string): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), `commute-${name}-`));
  const { uid, gid } = await ensureTestUser();
  await chown(path, uid, gid);
  return { path, dispose: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}
