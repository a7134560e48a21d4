// npm start: from a bare machine to the running app. What follows `--` goes to the app: npm start -- --profile b
import { withPreparedApp } from './setup/prepare.mjs';
import { electronEnvironment, run } from './setup/processes.mjs';
import { projectRoot, runScript, say } from './setup/project.mjs';

await runScript(() =>
  withPreparedApp({}, ({ executable }) => {
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
    if (isRoot)
      say("Running as root, where Chromium's sandbox cannot work: starting with --no-sandbox. Use another account for daily work.");
    const args = [projectRoot, ...(isRoot ? ['--no-sandbox'] : []), ...process.argv.slice(2)];
    return run(executable, args, { env: electronEnvironment(), apart: true });
  }),
);
