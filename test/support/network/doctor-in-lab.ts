import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type DoctorRun, doctorRunSchema } from '#shared/network/doctor/run.ts';
import type { NetworkLab } from '#test/support/lab/network-lab.ts';
import type { Patient } from './doctor-patient.ts';

const answerSchema = z.object({ id: z.number(), run: doctorRunSchema });
const script = fileURLToPath(new URL('./doctor-child.ts', import.meta.url));

/** The real doctor at the lab's client; any number of patients at a time. */
export class DoctorInLab {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (run: DoctorRun) => void>();
  #orders = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(lab: NetworkLab): Promise<DoctorInLab> {
    const child = lab.spawn('client', [process.execPath, script], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('The doctor has no pipes.');
    const doctor = new DoctorInLab(child);
    const lines = createInterface({ input: child.stdout });
    const ready = once(lines, 'line');
    await Promise.race([ready, once(child, 'exit').then(() => Promise.reject(new Error('The doctor did not start in the namespace.')))]);
    lines.on('line', (line) => {
      const { id, run } = answerSchema.parse(JSON.parse(line));
      doctor.#waiting.get(id)?.(run);
    });
    return doctor;
  }

  examine(patient: Patient): Promise<DoctorRun> {
    const id = ++this.#orders;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, patient })}\n`);
    });
  }

  async dispose(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await gone;
  }
}
