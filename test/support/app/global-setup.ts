import { buildApp } from '../../../build/build.mjs';
import { ensureDisplay } from '../../../build/setup/display.mjs';

/** Before tests on the real app: it is built from the sources as they are, and has a display. */
export async function setup(): Promise<() => Promise<void>> {
  await buildApp();
  const display = await ensureDisplay({ quiet: true });
  return () => display.dispose();
}
