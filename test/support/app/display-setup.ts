import { ensureDisplay } from '../../../build/setup/display.mjs';

/** Before tests that open windows of their own, without the app: a display is all they need. */
export async function setup(): Promise<() => Promise<void>> {
  const display = await ensureDisplay({ quiet: true });
  return () => display.dispose();
}
