import type { DoctorFinding, DoctorStepId } from '#shared/network/doctor/names.ts';
import type { DoctorLine, DoctorVerdict } from '#shared/network/doctor/run.ts';
import { saidKey } from '#shared/network/doctor/said.ts';
import type { Texts } from './text.ts';

type Facts = DoctorVerdict['others'][number]['facts'];

/** What a step of the doctor looks at. */
export function stepTitle({ t }: Texts, step: DoctorStepId): string {
  return t(`doctor.steps.${step}`);
}

/** What a line has to say; empty before its step has run. */
export function lineText(texts: Texts, line: DoctorLine): string {
  const key = saidKey(line);
  return key === undefined ? '' : texts.textAt(key, line.facts);
}

export interface FindingText {
  /** The broken hop. */
  readonly sentence: string;
  readonly meaning: string;
  /** What to do. */
  readonly next: string;
  /** Who can do that. */
  readonly who: string;
}

export function findingText({ t }: Texts, finding: DoctorFinding, facts: Facts): FindingText {
  return {
    sentence: t(`doctor.findings.${finding}.sentence`, facts),
    meaning: t(`doctor.findings.${finding}.meaning`, facts),
    next: t(`doctor.findings.${finding}.next`, facts),
    who: t(`doctor.findings.${finding}.who`, facts),
  };
}
