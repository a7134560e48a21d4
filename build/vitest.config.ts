import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const setupIn = (file: string): string => fileURLToPath(new URL(`../test/support/${file}`, import.meta.url));
const withApp = setupIn('app/global-setup.ts');
const fixedSeed = setupIn('fixed-seed.ts');
const ownDisplay = setupIn('app/display-setup.ts');

/** One project a kind of test; run one with `npm run vitest -- run --project unit`. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    environment: 'node',
    pool: 'forks',
    // two cores is what a CI machine has; more workers would only make timers late
    maxWorkers: 2,
    projects: [
      project('unit', { testTimeout: 10_000, setupFiles: fixedSeed }),
      project('architecture', { testTimeout: 20_000 }),
      project('sip', { testTimeout: 30_000, hookTimeout: 180_000 }),
      project('media', { testTimeout: 60_000, hookTimeout: 180_000, setupFiles: ownDisplay, globalSetup: withApp }),
      project('ui', { testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false, setupFiles: ownDisplay }),
      project('e2e', { testTimeout: 90_000, hookTimeout: 180_000, setupFiles: ownDisplay, globalSetup: withApp }),
    ],
  },
});

interface Limits {
  readonly testTimeout: number;
  /** Real servers may have to be unpacked first. */
  readonly hookTimeout?: number;
  readonly fileParallelism?: boolean;
  /** Before each file, and once before all. */
  readonly setupFiles?: string;
  readonly globalSetup?: string;
}

function project(name: string, limits: Limits) {
  return { extends: true as const, test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], ...limits } };
}
