import { fileURLToPath } from 'node:url';
import { labCoturn, type NatType, type NetworkLab, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { checkInLab } from '#test/support/network/nat-check-in-lab.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { median } from '../statistics.ts';

const tool = fileURLToPath(new URL('../../lab/tool.sh', import.meta.url));
const lanAddress = '192.168.77.100';

/** What every way to the second address of the server does. */
const cases = [
  // two round trips, which take next to nothing here, and 50 ms
  { name: 'all answered', nat: 'full-cone', goalMs: 52 },
  { name: 'filtered', nat: 'port-restricted', goalMs: 602 },
  { name: 'server silent', nat: 'udp-blocked', goalMs: 1_000 },
] as const satisfies readonly { name: string; nat: NatType; goalMs: number }[];

/** Our check and coturn's own client, in turn, in the same network behind the same NAT. */
export async function natCheckFigures(room: BenchRoom): Promise<Figure[]> {
  const lab = await startNetworkLab({ servers: true });
  try {
    const figures: Figure[] = [];
    for (const { name, nat, goalMs } of cases) {
      await lab.switchNat(nat);
      const rounds = await counted(room.runs, async (index) => {
        // the second one of a process: the app has long been up when somebody asks for a check
        const [, report] = await checkInLab(lab, [{ host: labCoturn.host, port: labCoturn.port }], 2);
        if (report === undefined) throw new Error('The check gave no report.');
        const theirs = await discover(lab);
        room.say(
          `NAT check, ${name} ${index}: ${report.tookMs.toFixed(0)} ms (${report.type}), turnutils_natdiscovery ${theirs.toFixed(0)} ms`,
        );
        return { ours: report.tookMs, theirs };
      });
      const [ours, theirs] = [rounds.map((round) => round.ours), rounds.map((round) => round.theirs)];
      figures.push(
        { metric: `NAT check, ${name}`, unit: 'ms', samples: ours, goal: { bound: 'at most', value: goalMs } },
        { metric: `NAT check, ${name}, turnutils_natdiscovery`, unit: 'ms', samples: theirs },
        { metric: `NAT check, ${name}, of turnutils_natdiscovery`, unit: 'x', samples: [median(ours) / median(theirs)] },
      );
    }
    return figures;
  } finally {
    await lab.dispose();
  }
}

/** From the start of the program to its end; it tells of silence by its exit code, too. */
async function discover(lab: NetworkLab): Promise<number> {
  const from = performance.now();
  await lab.exec('client', [tool, 'turnutils_natdiscovery', '-m', '-f', '-L', lanAddress, labCoturn.host]).catch(() => undefined);
  return performance.now() - from;
}
