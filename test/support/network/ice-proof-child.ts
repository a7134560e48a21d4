// Proves ICE servers side by side in whatever network namespace this process stands in; prints the proofs and how long each took.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { proveIceServer } from '#electron/network/ice-proof.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';

const orderSchema = z.object({
  uris: z.array(z.string()),
  username: z.string(),
  password: z.string(),
  caFile: z.string(),
  timeoutMs: z.number(),
});

const { uris, username, password, caFile, timeoutMs } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const authority = readFileSync(caFile, 'utf8');
const clock = new SystemClock();
const options = { authorities: () => [authority], clock, random: new SystemRandom(), timeoutMs, signal: new AbortController().signal };
const proofs = await Promise.all(
  uris.map(async (uri) => {
    const begunMs = clock.monotonicMs();
    const proof = await proveIceServer({ id: uri, uri, username, password }, options);
    return { proof, tookMs: clock.monotonicMs() - begunMs };
  }),
);
process.stdout.write(JSON.stringify(proofs));
