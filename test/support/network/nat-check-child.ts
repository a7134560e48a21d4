// Runs the NAT check, `times` in all and `atOnce` side by side, in whatever network namespace this process stands in; prints the reports.
import { z } from 'zod';
import { checkNat } from '#electron/network/nat-check.ts';
import { measureLifetime } from '#electron/network/nat-lifetime.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import type { NatReport } from '#shared/network/nat/report.ts';

const orderSchema = z.object({
  servers: z.array(z.object({ host: z.string(), port: z.number() })),
  times: z.number().default(1),
  atOnce: z.number().default(1),
  /** Measure the lifetime of a mapping in this range of seconds instead. */
  lifetime: z.object({ shortest: z.number(), longest: z.number() }).optional(),
});

const { servers, times, atOnce, lifetime } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const system = { clock: new SystemClock(), random: new SystemRandom(), signal: new AbortController().signal };
if (lifetime === undefined) {
  const reports: NatReport[] = [];
  while (reports.length < times) {
    const wave = Math.min(atOnce, times - reports.length);
    reports.push(...(await Promise.all(Array.from({ length: wave }, () => checkNat({ servers, lifetime: false, ...system })))));
  }
  process.stdout.write(JSON.stringify(reports));
} else {
  const [server = { host: '', port: 0 }] = servers;
  const seconds = await measureLifetime({ server: { family: 4, address: server.host, port: server.port }, range: lifetime, ...system });
  process.stdout.write(JSON.stringify(seconds));
}
