/**
 * Milliseconds since 1970 with a fraction, on the clock that every process of this machine shares: the same sum in a page, in a
 * main process and here may be compared.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** @throws Error that names what did not come within `ms` */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Did not come within ${ms} ms: ${what}.`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
