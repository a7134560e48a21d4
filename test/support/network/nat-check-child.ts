// Runs the NAT check in whatever network namespace this process stands in, and prints one report a line.
import { z } from 'zod';
import { checkNat } from '#electron/network/nat-check.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';

const orderSchema = z.object({
  servers: z.array(z.object({ host: z.string(), port: z.number() })),
  times: z.number(),
  family: z.union([z.literal(4), z.literal(6)]).optional(),
});

const { servers, times, family } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const [clock, random] = [new SystemClock(), new SystemRandom()];
for (let count = 0; count < times; count++) {
  const { signal } = new AbortController();
  const report = await checkNat({ servers, lifetime: false, signal, clock, random, ...(family === undefined ? {} : { family }) });
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
