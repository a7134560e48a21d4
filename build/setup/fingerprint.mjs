// One hash over many files, to know whether work must be done again.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project.mjs';

/**
 * @param {readonly string[]} paths files and folders from the project folder; a missing one counts as empty
 * @returns {string} SHA-256 over names and contents, in hexadecimal
 */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(path))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(projectRoot, file)))
        .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path from the project folder
 * @returns {string[]} sorted, with forward slashes
 */
function filesUnder(path) {
  const absolute = join(projectRoot, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(absolute, name)).isFile())
    .map((name) => `${path}/${name.replaceAll('\\', '/')}`)
    .sort();
}
