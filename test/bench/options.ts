import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Rounds that count. */
  readonly runs: number;
  /** Names of the metrics to take; all when empty. */
  readonly only: readonly string[];
}

/** @param names of the metrics there are @throws Error with the usage */
export function readOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const usage = `npm run bench -- [--runs N] [--only ${names.join('|')}]...`;
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '7' }, only: { type: 'string', multiple: true, default: [] } },
  });
  const runs = Number(values.runs);
  const unknown = values.only.find((name) => !names.includes(name));
  if (!Number.isInteger(runs) || runs < 1 || runs > 100 || unknown !== undefined) throw new Error(`Usage: ${usage}`);
  return { runs, only: values.only };
}
