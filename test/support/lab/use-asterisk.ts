import { afterAll, beforeAll } from 'vitest';
import { type Asterisk, startAsterisk } from './asterisk.ts';

/** One Asterisk for all tests of a file: call at the top of the file, call the result inside tests. */
export function useAsterisk(): () => Asterisk {
  const held: { asterisk?: Asterisk } = {};
  beforeAll(async () => {
    held.asterisk = await startAsterisk();
  });
  afterAll(async () => {
    await held.asterisk?.dispose();
  });
  return () => {
    if (!held.asterisk) throw new Error('Asterisk is there only inside tests and hooks.');
    return held.asterisk;
  };
}
