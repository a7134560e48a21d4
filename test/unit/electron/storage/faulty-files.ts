import { type FileSystem, nodeFileSystem, type OpenFile } from '#electron/storage/file-system.ts';

type Operation = 'open' | 'write' | 'sync' | 'rename' | 'mkdir' | 'readFile';

/** The real file system with a fault that can be switched on: `fail('write', 'ENOSPC')`. */
export class FaultyFiles implements FileSystem {
  /** Operations in order, with the last part of the path. */
  readonly log: string[] = [];
  readonly #faults = new Map<Operation, string>();
  /** Held until resolved, when set: a slow disk. */
  gate: Promise<void> | undefined;

  fail(operation: Operation, code: string): void {
    this.#faults.set(operation, code);
  }

  heal(): void {
    this.#faults.clear();
  }

  async open(path: string, flags: 'r' | 'w', mode?: number): Promise<OpenFile> {
    this.#step('open', path);
    const file = await nodeFileSystem.open(path, flags, mode);
    return {
      writeFile: async (content) => {
        await this.gate;
        // A disk takes a part before it is full.
        if (this.#faults.has('write')) await file.writeFile(content.slice(0, content.length / 2));
        this.#step('write', path);
        await file.writeFile(content);
      },
      sync: () => {
        this.#step('sync', path);
        return file.sync();
      },
      close: () => file.close(),
    };
  }

  readFile(path: string): Promise<Uint8Array> {
    this.#step('readFile', path);
    return nodeFileSystem.readFile(path);
  }

  rename(from: string, to: string): Promise<void> {
    this.#step('rename', from);
    return nodeFileSystem.rename(from, to);
  }

  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown> {
    this.#step('mkdir', path);
    return nodeFileSystem.mkdir(path, options);
  }

  access(path: string): Promise<void> {
    return nodeFileSystem.access(path);
  }

  #step(operation: Operation, path: string): void {
    this.log.push(`${operation} ${path.split('/').at(-1) ?? ''}`);
    const code = this.#faults.get(operation);
    if (code !== undefined) throw Object.assign(new Error(`${code} injected`), { code });
  }
}
