// npm test: everything that is tested, on any machine, with one closing line "N passed, N failed".
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { withPreparedApp } from './setup/prepare.mjs';
import { electronEnvironment, run } from './setup/processes.mjs';
import { projectRoot, runScript } from './setup/project.mjs';

/** All suites together end within a quarter of an hour; a slow machine gets twice that, then what hangs is ended and counts as failed. */
const budgetMs = 30 * 60_000;

/**
 * @typedef {{ passed: number, failed: number, failures?: readonly string[] }} Tally
 * failures: one paragraph a failed test, said again at the end, where a long log is read first
 */

await runScript(async () => {
  const started = performance.now();
  const timeLeft = () => Math.max(1_000, budgetMs - (performance.now() - started));
  /** @type {Tally} */
  const sum = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const failures = [];

  /**
   * @param {string} name
   * @param {() => Promise<Tally>} suite
   */
  const count = async (name, suite) => {
    const from = performance.now();
    const { passed, failed, failures: said = failed > 0 ? ['see its lines above'] : [] } = await suite();
    sum.passed += passed;
    sum.failed += failed;
    failures.push(...said.map((failure) => `${name}: ${failure}`));
    console.log(`${name}: ${passed} passed, ${failed} failed in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    return failed === 0;
  };

  try {
    await withPreparedApp({ tests: true, build: false, display: false }, async ({ executable }) => {
      /** @param {readonly string[]} args @returns {() => Promise<Tally>} */
      const command = (args) => async () => oneTest(await run(process.execPath, args, { timeoutMs: timeLeft() }));
      /** @param {readonly string[]} projects @param {readonly string[]} [options] @returns {() => Promise<Tally>} */
      const vitest =
        (projects, options = []) =>
        () =>
          runVitest(executable, projects, options, timeLeft());

      await Promise.all([
        count('types', command(['node_modules/typescript/bin/tsc', '-b'])),
        count('lint', command(['build/lint/lint.mjs'])),
      ]);
      const built = await count('build', command(['build/build.mjs']));
      await count('unit, architecture', vitest(['unit', 'architecture']));
      // the one waits for servers most of its time, the other for pages: together they keep two cores busy
      await Promise.all([count('sip', vitest(['sip'], ['--maxWorkers=3'])), count('ui', vitest(['ui']))]);
      await count('media', built ? vitest(['media']) : withoutBuild);
      await count('e2e', built ? vitest(['e2e']) : withoutBuild);
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    sum.failed += 1;
  }
  for (const failure of failures) console.log(`\nFailed, ${failure}`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
});

/** @param {number} exitCode @returns {Tally} */
function oneTest(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @returns {Promise<Tally>} */
async function withoutBuild() {
  console.log('Not run, because there is no build to run it on.');
  return { passed: 0, failed: 1 };
}

/**
 * @param {string} executable Electron's
 * @param {readonly string[]} projects of build/vitest.config.ts
 * @param {readonly string[]} options of vitest
 * @param {number} timeoutMs
 * @returns {Promise<Tally>}
 */
async function runVitest(executable, projects, options, timeoutMs) {
  const folder = mkdtempSync(join(tmpdir(), 'commute-test-'));
  const report = join(folder, 'report.json');
  const args = [
    join(projectRoot, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    join(projectRoot, 'build/vitest.config.ts'),
    ...projects.flatMap((name) => ['--project', name]),
    ...options,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  try {
    const exitCode = await run(executable, args, {
      env: electronEnvironment({ asNode: true }),
      timeoutMs,
    });
    return tallyOf(readFileSync(report, 'utf8'), exitCode);
  } catch {
    // no report: vitest itself did not come to its end
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A skipped test counts as failed: a part that is missing must not look like one that works.
 * @param {string} report vitest's JSON
 * @param {number} exitCode
 * @returns {Tally}
 */
function tallyOf(report, exitCode) {
  /** @type {unknown} */
  const parsed = JSON.parse(report);
  const { numPassedTests: passed = 0, numTotalTests = 0, testResults = [] } = /** @type {VitestReport} */ (parsed);
  const failed = numTotalTests - passed;
  const failures = testResults.flatMap((file) => {
    const tests = (file.assertionResults ?? []).filter(({ status }) => status !== 'passed');
    const where = relative(projectRoot, file.name);
    if (tests.length === 0 && file.status === 'failed') return [`${where}: ${file.message ?? 'no test ran'}`];
    return tests.map(({ fullName, status, failureMessages = [] }) => `${where}, "${fullName}": ${[status, ...failureMessages].join('\n')}`);
  });
  // a file that fails before its first test, or an error outside all tests, shows in the exit code only
  if (failed === 0 && exitCode !== 0) return { passed, failed: 1, ...(failures.length > 0 ? { failures } : {}) };
  return { passed, failed, failures };
}

/**
 * What this file reads of vitest's JSON report.
 * @typedef {{ fullName: string, status: string, failureMessages?: readonly string[] }} TestReport
 * @typedef {{ name: string, status: string, message?: string, assertionResults?: readonly TestReport[] }} FileReport
 * @typedef {{ numPassedTests?: number, numTotalTests?: number, testResults?: readonly FileReport[] }} VitestReport
 */
