import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disposable } from '#shared/util/disposable.ts';

/** A new empty folder below the system's temporary folder; `dispose` removes it with everything in it. */
export class TempFolder implements Disposable {
  readonly path: string;

  constructor(name = 'test') {
    this.path = mkdtempSync(join(tmpdir(), `commute-${name}-`));
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
