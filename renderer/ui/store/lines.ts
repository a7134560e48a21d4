import type { LineState } from '#shared/people/line-state.ts';
import type { Person } from '#shared/people/person.ts';

const order = ['ringing', 'busy', 'idle', 'unknown'] as const satisfies readonly LineState['activity'][];

/** What somebody's line does: of several numbers the one that needs attention most. Undefined when none is watched. */
export function lineOf(lines: readonly LineState[], person: Person): LineState | undefined {
  const own = lines.filter(({ number }) => person.numbers.includes(number));
  return order.flatMap((activity) => own.filter((line) => line.activity === activity))[0];
}
