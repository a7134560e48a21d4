import type { Server } from '#shared/profiles/account.ts';
import { labCoturn, type NetworkLab, serverAddresses, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { DoctorInLab } from '#test/support/network/doctor-in-lab.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';

/** An address at which nobody is: what is sent there comes to nothing. */
const nobody = '203.0.113.99';

/** Whole runs of the doctor in the lab's office, all but the sound: nothing wrong, one address dead, and everything dead. */
export async function doctorFigures(room: BenchRoom): Promise<Figure[]> {
  const lab = await startNetworkLab({ servers: true });
  const doctor = await DoctorInLab.start(lab);
  try {
    const at = (host: string): Server => serverAt(lab, host);
    const { host, port, username, password } = labCoturn;
    const relay = { id: 'turn', uri: `turn:${host}:${port}`, username, password };
    const dead = { ...relay, uri: `turn:${nobody}:${port}` };
    const patients = [
      { name: 'nothing wrong', servers: [at(serverAddresses.office), at(serverAddresses.public)], ice: [relay] },
      { name: 'one address dead', servers: [at(serverAddresses.office), at(nobody)], ice: [relay] },
      { name: 'everything dead', servers: [at('192.168.77.200'), at(nobody)], ice: [dead] },
    ];
    const figures: Figure[] = [];
    for (const { name, ...patient } of patients) {
      const samples = await counted(room.runs, async (index) => {
        const { startedAt, finishedAt, verdict } = await doctor.examine({ user: '201', password: 'lab201', ...patient });
        if (finishedAt === null || verdict === null) throw new Error('The doctor gave no verdict.');
        room.say(`doctor, ${name} ${index}: ${finishedAt - startedAt} ms, ${verdict.finding ?? 'nothing found'}`);
        return finishedAt - startedAt;
      });
      figures.push({ metric: `doctor, ${name}`, unit: 'ms', samples, goal: { bound: 'at most', value: 10_000, of: 'max' } });
    }
    return figures;
  } finally {
    await doctor.dispose();
    await lab.dispose();
  }
}

function serverAt(lab: NetworkLab, host: string): Server {
  return { host, port: 8089, transport: 'wss', path: '/ws', trust: { kind: 'ca-file', path: lab.caFile } };
}
