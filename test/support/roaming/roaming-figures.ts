import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from '#test/bench/statistics.ts';
import type { Outcome } from './roaming-run.ts';

/** What the switches of one kind cost, in ms; `gap` is the time without sound of the direction that had to wait longer. */
export interface Row {
  readonly name: string;
  readonly count: number;
  readonly gap: Percentiles;
  /** To the server's 200 on the new network; null when no switch of the kind took one. */
  readonly registered: Percentiles | null;
  readonly lost: number;
  readonly stale: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One row a kind of switch, and one for all of them, the last. */
export function figuresOf(outcomes: readonly Outcome[]): Row[] {
  const kinds = [...new Set(outcomes.map(({ name }) => name))].toSorted();
  const rows = kinds.map((kind) =>
    rowOf(
      kind,
      outcomes.filter(({ name }) => name === kind),
    ),
  );
  return outcomes.length === 0 ? [] : [...rows, rowOf('all', outcomes)];
}

function rowOf(name: string, outcomes: readonly Outcome[]): Row {
  const registered = outcomes.flatMap(({ registeredMs }) => (registeredMs === null ? [] : [registeredMs]));
  return {
    name,
    count: outcomes.length,
    gap: percentiles(outcomes.map(({ silentHereMs, silentThereMs }) => Math.max(silentHereMs, silentThereMs))),
    registered: registered.length === 0 ? null : percentiles(registered),
    lost: outcomes.filter(({ lost }) => lost).length,
    stale: outcomes.filter(({ stale }) => stale).length,
  };
}

/** @throws RangeError without samples */
export function percentiles(samples: readonly number[]): Percentiles {
  const at = (fraction: number): number => Math.round(quantile(samples, fraction));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** The rows for people to read. */
export function tableOf(rows: readonly Row[]): string {
  const said = ({ p50, p95, p99 }: Percentiles): string => `${p50} / ${p95} / ${p99}`;
  const lines = rows.map(({ name, count, gap, registered, lost, stale }) => [
    name,
    String(count),
    said(gap),
    registered === null ? '' : said(registered),
    String(lost),
    String(stale),
  ]);
  const all = [['switch', 'n', 'gap p50 / p95 / p99 ms', 'registered p50 / p95 / p99 ms', 'lost', 'stale'], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Writes the figures where the bench looks for them. @returns the file */
export async function keepFigures(folder: string, name: string, figures: unknown): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
  return file;
}
