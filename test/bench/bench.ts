// npm run bench: measures the built Commute, against baselines in the same run, and prints a table and one JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type BenchRoom, withBenchRoom } from './bench-room.ts';
import { type Figure, type Judged, judge, table } from './figure.ts';
import { callCpuFigures } from './metrics/call-cpu.ts';
import { doctorFigures } from './metrics/doctor.ts';
import { natCheckFigures } from './metrics/nat-check.ts';
import { iceCheckFigures } from './metrics/ice-check.ts';
import { parserFigures } from './metrics/parser.ts';
import { ringingFigures } from './metrics/ringing.ts';
import { registerFigures } from './metrics/register.ts';
import { roamFigures } from './metrics/roam.ts';
import { startUpFigures } from './metrics/start-up.ts';
import { tortureFigures } from './metrics/torture.ts';
import { verbFigures } from './metrics/verbs.ts';
import { readOptions } from './options.ts';

const metrics: Readonly<Record<string, (room: BenchRoom) => Promise<Figure[]>>> = {
  'start-up': startUpFigures,
  ringing: ringingFigures,
  verbs: verbFigures,
  'call-cpu': callCpuFigures,
  'ice-check': iceCheckFigures,
  'nat-check': natCheckFigures,
  register: registerFigures,
  doctor: doctorFigures,
  roam: roamFigures,
  parser: parserFigures,
  torture: tortureFigures,
};
const outFile = resolve('out', 'bench.json');
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const { runs, only } = readOptions(process.argv.slice(2), Object.keys(metrics));
  const names = Object.keys(metrics).filter((name) => only.length === 0 || only.includes(name));
  const startedAt = new Date();
  const loadBefore = loadavg();
  const rows: Judged[] = [];
  const failures: { metric: string; error: string }[] = [];
  await withBenchRoom(runs, say, async (room) => {
    for (const name of names) {
      try {
        rows.push(...((await metrics[name]?.(room)) ?? []).map(judge));
      } catch (error) {
        // the other figures are still worth having
        failures.push({ metric: name, error: messageOf(error) });
      }
    }
  });
  const { electron = '', chrome = '', node = '' } = process.versions;
  const report = {
    at: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    runs,
    machine: { cpus: cpus().length, load: { before: loadBefore, after: loadavg() } },
    runtime: { electron, chrome, node },
    figures: rows,
    failures,
  };
  mkdirSync(dirname(outFile), { recursive: true });
  const json = JSON.stringify(report, null, 2);
  writeFileSync(outFile, `${json}\n`);
  process.stdout.write(`${json}\n\n${table(rows)}\n`);
  for (const { metric, error } of failures) process.stdout.write(`\nNot measured: ${metric}: ${error}\n`);
  return failures.length === 0 ? 0 : 1;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.stack ?? error.message) : `${error.message}\ncaused by ${messageOf(error.cause)}`;
}

try {
  process.exit(await main());
} catch (error) {
  say(messageOf(error));
  process.exit(1);
}
