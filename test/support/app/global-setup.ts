import { buildApp } from '../../../build/build.mjs';

/** Before tests on the real app: it is built from the sources as they are. */
export async function setup(): Promise<void> {
  await buildApp();
}
