// Examines patients in whatever network namespace this process stands in: one order a line, one run a line; ends with standard input.
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { examine, patientSchema } from './doctor-patient.ts';

const orderSchema = z.object({ id: z.number(), patient: patientSchema });

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, patient } = orderSchema.parse(JSON.parse(line));
  void examine(patient).then((run) => process.stdout.write(`${JSON.stringify({ id, run })}\n`));
});
lines.on('close', () => process.exit(0));
process.stdout.write('ready\n');
