import { readFile } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import { type Policy, policySchema } from '#shared/state/app-state.ts';
import type { Logger } from '#shared/util/logger.ts';

export interface PolicyReading {
  readonly policy: Policy;
  /** `policy-damaged` (details: `path`, `reason`): the strictest rules are in force because the file cannot be read. */
  readonly problem: AppError | undefined;
}

/** Without a file everything is up to the person. */
const free: Policy = { recording: 'free' };
const strictest: Policy = { recording: 'forbidden' };

/** A misspelt or newer rule must not silently be none, so nothing unknown is taken. */
const fileSchema = z.strictObject({ version: z.literal(1), ...policySchema.partial().shape });

/** Where an administrator puts the file: a folder that people cannot write. */
export function policyPath(platform: NodeJS.Platform, programData: string | undefined): string {
  if (platform === 'win32') return win32.join(programData ?? 'C:\\ProgramData', 'Commute', 'policy.json');
  if (platform === 'darwin') return posix.join('/Library/Application Support/Commute', 'policy.json');
  return posix.join('/etc/commute', 'policy.json');
}

/**
 * What an administrator has locked on this computer: `{"version": 1, "recording": "forbidden"}`. A file that is there and cannot be
 * understood means the strictest rules.
 */
export class PolicyFile {
  readonly #path: string;
  readonly #logger: Logger;

  constructor({ path, logger }: { readonly path: string; readonly logger: Logger }) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Reads the file as it is now. Never throws. */
  async read(): Promise<PolicyReading> {
    try {
      const text = await readFile(this.#path, 'utf8');
      const parsed = fileSchema.safeParse(JSON.parse(text.replace(/^\ufeff/, '')));
      if (!parsed.success) return this.#damaged(parsed.error.issues[0]?.message ?? 'not valid');
      return { policy: { ...free, ...withoutUndefined(parsed.data) }, problem: undefined };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { policy: free, problem: undefined };
      return this.#damaged(code ?? 'not JSON');
    }
  }

  #damaged(reason: string): PolicyReading {
    const problem = new AppError('policy-damaged', { details: { path: this.#path, reason } });
    this.#logger.error('Policy not readable', problem.details);
    return { policy: strictest, problem };
  }
}

function withoutUndefined({ recording }: z.infer<typeof fileSchema>): Partial<Policy> {
  return recording === undefined ? {} : { recording };
}
