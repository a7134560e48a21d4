import type { BenchRoom } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { benchParser } from '../parser-bench.ts';

/** Our parser against that of sip.js, in this process. */
export function parserFigures(room: BenchRoom): Promise<Figure[]> {
  const figures = benchParser(room.runs).flatMap(({ metric, ours, sipJs, ratios }): Figure[] => [
    { metric: `${metric}, messages`, unit: '/CPU-s', samples: [ours] },
    { metric: `${metric}, messages, sip.js`, unit: '/CPU-s', samples: [sipJs] },
    { metric: `${metric}, of sip.js`, unit: 'x', samples: ratios, goal: { bound: 'at least', value: 100 } },
  ]);
  return Promise.resolve(figures);
}
