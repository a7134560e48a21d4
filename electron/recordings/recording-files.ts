import * as promises from 'node:fs/promises';

/** An open file that only grows. */
export interface GrowingFile {
  write(bytes: Uint8Array): Promise<void>;
  /** What was written survives a power cut. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is read. */
export interface ReadableFile {
  /** Fills `into` with what stands at `position`. @returns how many bytes there were; 0 at the end */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** What recordings need of the file system; a test puts a full or slow disk in its place. Errors are Node's. */
export interface RecordingFiles {
  /** @throws EEXIST where there is a file already */
  create(path: string): Promise<GrowingFile>;
  open(path: string): Promise<ReadableFile>;
  exists(path: string): Promise<boolean>;
  isFolder(path: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }>;
}

export const nodeRecordingFiles: RecordingFiles = {
  async create(path) {
    const file = await promises.open(path, 'wx', 0o600);
    return {
      write: async (bytes) => {
        await file.writeFile(bytes);
      },
      datasync: () => file.datasync(),
      close: () => file.close(),
    };
  },
  async open(path) {
    const file = await promises.open(path, 'r');
    return {
      read: async (into, position) => (await file.read(into, 0, into.length, position)).bytesRead,
      close: () => file.close(),
    };
  },
  exists: (path) => isThere(promises.access(path)),
  isFolder: async (path) => {
    try {
      return (await promises.stat(path)).isDirectory();
    } catch {
      return false;
    }
  },
  rename: (from, to) => promises.rename(from, to),
  remove: (path) => promises.rm(path, { force: true }),
  list: (folder) => promises.readdir(folder),
  stat: (path) => promises.stat(path),
};

async function isThere(access: Promise<void>): Promise<boolean> {
  try {
    await access;
    return true;
  } catch {
    return false;
  }
}
