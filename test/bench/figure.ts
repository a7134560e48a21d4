import { median, quantile } from './statistics.ts';

/** What a figure must be: the judged value of its samples no more, or no less, than `value`. */
export interface Goal {
  readonly bound: 'at most' | 'below' | 'at least';
  readonly value: number;
  /** `median` unless the goal speaks of every sample. */
  readonly of?: 'median' | 'p95' | 'max';
}

/** One measured quantity: a row of the table. */
export interface Figure {
  readonly metric: string;
  /** `x` for a ratio. */
  readonly unit: 'x' | 'ms' | 'MB' | '%' | 'messages' | '/CPU-s';
  readonly samples: readonly number[];
  /** Rows without a goal are there to be compared with. */
  readonly goal?: Goal;
}

export interface Judged {
  readonly metric: string;
  readonly unit: Figure['unit'];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly p95: number;
  readonly samples: number;
  readonly goal: string | null;
  readonly met: boolean | null;
}

export function judge({ metric, unit, samples, goal }: Figure): Judged {
  const middle = median(samples);
  const max = Math.max(...samples);
  const p95 = quantile(samples, 0.95);
  const judged = { median: middle, p95, max }[goal?.of ?? 'median'];
  return {
    metric,
    unit,
    median: rounded(middle),
    min: rounded(Math.min(...samples)),
    max: rounded(max),
    p95: rounded(p95),
    samples: samples.length,
    goal: goal === undefined ? null : `${goal.of ?? 'median'} ${goal.bound} ${goal.value} ${unit}`,
    met: goal === undefined ? null : isMet(goal, judged),
  };
}

/** The rows as aligned text. */
export function table(rows: readonly Judged[]): string {
  const lines = [
    ['metric', 'median', 'min', 'max', 'p95', 'n', 'goal', ''],
    ...rows.map(({ metric, unit, median, min, max, p95, samples, goal, met }) => [
      metric,
      `${median} ${unit}`,
      String(min),
      String(max),
      String(p95),
      String(samples),
      goal ?? '',
      met === null ? '' : met ? 'met' : 'MISSED',
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isMet({ bound, value }: Goal, judged: number): boolean {
  if (bound === 'at least') return judged >= value;
  return bound === 'below' ? judged < value : judged <= value;
}

/** Three significant digits below 100, whole numbers from there on. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
