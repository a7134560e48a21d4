// Scripted STUN servers in whatever network namespace this process stands in; ends when standard input closes.
import { z } from 'zod';
import { ScriptedStunServer } from './scripted-stun-server.ts';

const end = z.object({ address: z.string(), port: z.number() });
const orderSchema = z.array(end.extend({ manner: z.enum(['answers', 'discovers', 'refuses', 'mute']), other: end.optional() }));

for (const { other, ...options } of orderSchema.parse(JSON.parse(process.argv[2] ?? ''))) {
  await new ScriptedStunServer({ ...options, ...(other === undefined ? {} : { other }) }).start();
}
process.stdout.write('ready\n');
process.stdin.on('end', () => process.exit(0)).resume();
