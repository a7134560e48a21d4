import * as promises from 'node:fs/promises';

export interface OpenFile {
  writeFile(content: string | Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the stores need of the file system; a test puts a full or read-only disk in its place. Errors are Node's. */
export interface FileSystem {
  open(path: string, flags: 'r' | 'w', mode?: number): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<void>;
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  access(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  open: (path, flags, mode) => promises.open(path, flags, mode),
  readFile: (path) => promises.readFile(path),
  rename: (from, to) => promises.rename(from, to),
  mkdir: (path, options) => promises.mkdir(path, options),
  access: (path) => promises.access(path),
};

/** The `code` of a Node error (`ENOSPC`); `unknown` for anything else. */
export function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
