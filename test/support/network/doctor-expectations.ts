import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { runDeadlineMs } from '#shared/network/doctor/plan.ts';
import type { DoctorFinding } from '#shared/network/doctor/names.ts';
import type { DoctorRun, DoctorVerdict } from '#shared/network/doctor/run.ts';

const sentencesSchema = z.object({ doctor: z.object({ findings: z.record(z.string(), z.object({ sentence: z.string() })) }) });
const locale = readFileSync(fileURLToPath(new URL('../../../assets/locales/en.json', import.meta.url)), 'utf8');
const { findings } = sentencesSchema.parse(JSON.parse(locale)).doctor;
const took: string[] = [];

/** The verdict of a run that came to its end by itself, whatever is dead. */
export function verdictOf(fault: string, run: DoctorRun): DoctorVerdict {
  const ms = (run.finishedAt ?? Infinity) - run.startedAt;
  took.push(`${fault} ${ms} ms`);
  expect(ms).toBeLessThan(runDeadlineMs);
  expect(run.lines.filter(({ state }) => state === 'waiting' || state === 'running')).toEqual([]);
  expect(run.lines.filter(({ said }) => said === 'failed' || said === 'hung')).toEqual([]);
  if (run.verdict === null) throw new Error('The run came to no verdict.');
  return run.verdict;
}

/** @param hop what the sentence must name; empty where there is nothing to be named */
export function expectVerdict(
  fault: string,
  run: DoctorRun,
  level: DoctorVerdict['level'],
  finding: DoctorFinding,
  hop = '',
): DoctorVerdict {
  const verdict = verdictOf(fault, run);
  expect({ level: verdict.level, finding: verdict.finding }).toEqual({ level, finding });
  expect(sentenceOf(verdict)).toContain(hop);
  return verdict;
}

/** How long each run of this file took. */
export function tellDurations(): void {
  console.info(`doctor: ${took.join(', ')}`);
}

/** The sentence as a person reads it; every place in it is filled. */
function sentenceOf({ finding, facts }: DoctorVerdict): string {
  const sentence = findings[finding ?? '']?.sentence ?? '';
  return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    expect(facts).toHaveProperty(name);
    expect(facts[name]).not.toBe('');
    return String(facts[name]);
  });
}
