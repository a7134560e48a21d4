import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '#shared/util/random.ts';

/** The largest range that `randomInt` takes: 48 bits. */
const steps = 2 ** 48 - 1;

/** The operating system's generator, for everything: no caller has to ask whether a number may be guessed. */
export class SystemRandom implements Random {
  fraction(): number {
    return randomInt(steps) / steps;
  }

  hex(byteCount: number): string {
    return randomBytes(byteCount).toString('hex');
  }
}
