import { expect } from 'vitest';

/** An error with this code, for `toThrowError`. */
export function errorWith(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}
