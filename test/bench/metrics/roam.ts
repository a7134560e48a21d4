import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../../build/setup/processes.mjs';
import { projectRoot } from '../../../build/setup/project.mjs';
import type { BenchRoom } from '../bench-room.ts';
import type { Figure } from '../figure.ts';

const resultSchema = z.object({
  outcomes: z
    .array(
      z.object({
        silentHereMs: z.number(),
        silentThereMs: z.number(),
        registeredMs: z.number().nullable(),
        lost: z.boolean(),
        stale: z.boolean(),
      }),
    )
    .min(1),
});

/** Switches a round. */
const switches = 10;

/** The real app in a call while its network changes (`npm run test:roam`): time without sound, and until it is registered there. */
export async function roamFigures(room: BenchRoom): Promise<Figure[]> {
  const count = String(switches * room.runs);
  const code = await run(process.execPath, [join(projectRoot, 'build/roam.mjs'), count, '8802'], {});
  // a call that was lost is a figure; without a file there was none
  const file = join(projectRoot, 'out', `roaming-${count}.json`);
  if (code !== 0) room.say(`A test of roaming failed; its figures are in ${file}.`);
  const { outcomes } = resultSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return [
    {
      metric: 'roaming in a call: time without sound',
      unit: 'ms',
      samples: outcomes.map(({ silentHereMs, silentThereMs }) => Math.max(silentHereMs, silentThereMs)),
      goal: { bound: 'at most', value: 3_000, of: 'p95' },
    },
    {
      metric: 'roaming in a call: registered on the new network',
      unit: 'ms',
      samples: outcomes.flatMap(({ registeredMs }) => (registeredMs === null ? [] : [registeredMs])),
    },
    {
      metric: 'roaming: calls lost, of 100',
      unit: '%',
      samples: [(100 * outcomes.filter(({ lost }) => lost).length) / outcomes.length],
      goal: { bound: 'at most', value: 0 },
    },
    {
      metric: 'roaming: registered on the screen and not at the server, of 100',
      unit: '%',
      samples: [(100 * outcomes.filter(({ stale }) => stale).length) / outcomes.length],
      goal: { bound: 'at most', value: 0 },
    },
  ];
}
