import { AppError } from '../errors/app-error.ts';

/** States what must be true inside Commute. A failure is a bug of ours, never the fault of a person or a peer. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new AppError('internal', { kind: 'bug', details: { what } });
}

/** Proves to the compiler that every case of a union was handled. */
export function unreachable(value: never, what: string): never {
  throw new AppError('internal', { kind: 'bug', details: { what, value: String(value) } });
}
