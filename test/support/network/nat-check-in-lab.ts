import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type NatReport, natReportSchema } from '#shared/network/nat/report.ts';
import type { NetworkLab } from '#test/support/lab/network-lab.ts';
import type { ScriptedStunOptions } from './scripted-stun-server.ts';

interface Server {
  readonly host: string;
  readonly port: number;
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The real check, run `times` in one process at the lab's client, up to `atOnce` side by side. */
export async function checkInLab(lab: NetworkLab, servers: readonly Server[], times = 1, atOnce = 1): Promise<NatReport[]> {
  const printed = await runChild(lab, { servers, times, atOnce });
  return z.array(natReportSchema).parse(JSON.parse(printed));
}

/** The lifetime of a mapping in seconds, measured at the lab's client. */
export async function measureInLab(
  lab: NetworkLab,
  server: Server,
  lifetime: { readonly shortest: number; readonly longest: number },
): Promise<number | null> {
  const printed = await runChild(lab, { servers: [server], lifetime });
  return z.number().nullable().parse(JSON.parse(printed));
}

/** Scripted servers on the lab's internet. @returns what ends them */
export async function serveInLab(lab: NetworkLab, servers: readonly ScriptedStunOptions[]): Promise<() => Promise<void>> {
  const child = lab.spawn('internet', [process.execPath, script('./stun-server-child.ts'), JSON.stringify(servers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  if (child.stdin === null || child.stdout === null) throw new Error('The STUN servers have no pipes.');
  await Promise.race([once(child.stdout, 'data'), gone.then(() => Promise.reject(new Error('The STUN servers did not start.')))]);
  const { stdin } = child;
  return async () => {
    stdin.end();
    await gone;
  };
}

function runChild(lab: NetworkLab, order: object): Promise<string> {
  return lab.exec('client', [process.execPath, script('./nat-check-child.ts'), JSON.stringify(order)]);
}
