import type { BenchRoom } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { tortureScore } from '../torture-score.ts';

/** Right answers of a registered phone to the messages of RFC 4475 and RFC 5118; a count, so that one round is enough. */
export async function tortureFigures(room: BenchRoom): Promise<Figure[]> {
  const { passed, total, failed } = await tortureScore();
  if (failed.length > 0) room.say(`torture messages answered wrongly: ${failed.join(', ')}`);
  return [
    {
      metric: `RFC 4475 and 5118 over WSS, answered rightly of ${total}`,
      unit: 'messages',
      samples: [passed],
      goal: { bound: 'at least', value: total },
    },
  ];
}
