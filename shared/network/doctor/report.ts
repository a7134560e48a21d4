import { redactForExport } from '../../logging/redact-for-export.ts';
import type { Account } from '../../profiles/account.ts';
import { serverUrl } from '../../profiles/server-address.ts';
import type { DoctorFinding } from './names.ts';
import type { DoctorLine, DoctorRun } from './run.ts';
import { saidKey } from './said.ts';
import type { PathKind } from '../path.ts';

type Facts = DoctorLine['facts'];

/** A text of the locale files with its places filled. */
export type Translate = (key: string, facts?: Facts) => string;

export interface DoctorReportOptions {
  readonly run: DoctorRun;
  readonly translate: Translate;
  readonly version: string;
  /** Operating system and its version. */
  readonly system: string;
  readonly account: Account | null;
  /** How the line reaches its server now; null: it does not. */
  readonly path: PathKind | null;
}

/** Facts that are texts of strangers, or people's: a computer is often called by its owner's name. */
const namesOfPeople: ReadonlySet<string> = new Set(['name', 'names']);
/** Facts that hold dates, which look like telephone numbers. */
const dates: ReadonlySet<string> = new Set(['from', 'until', 'time']);

/** One run as plain text for whoever mends it: the verdict first, then every line. Without passwords, users and names. */
export function doctorReport({ run, translate, version, system, account, path }: DoctorReportOptions): string {
  const t: Translate = (key, facts = {}) => translate(`doctor.${key}`, redacted(facts));
  const addresses = account?.servers.map((server) => serverUrl(server)) ?? [];
  return [
    t('report.heading'),
    '',
    `${t('report.version')}: ${version}`,
    `${t('report.system')}: ${system}`,
    `${t('report.time')}: ${new Date(run.startedAt).toISOString()}`,
    `${t('report.addresses')}: ${addresses.length === 0 ? '-' : addresses.join(', ')}`,
    `${t('report.path')}: ${t(`report.paths.${path ?? 'none'}`)}`,
    '',
    ...verdictLines(run, t),
    '',
    `${t('report.steps')}:`,
    ...run.lines.map((line) => `  ${stepText(line, t)}`),
    '',
  ].join('\n');
}

function verdictLines({ verdict }: DoctorRun, t: Translate): string[] {
  if (verdict === null) return [`${t('report.verdict')}: ${t('report.stopped')}`];
  const { finding, facts, others } = verdict;
  if (finding === null) return [`${t('report.verdict')}: ${t('report.fine')}`];
  const part = (of: DoctorFinding, name: string, values: Facts): string => t(`findings.${of}.${name}`, values);
  return [
    `${t('report.verdict')}: ${part(finding, 'sentence', facts)}`,
    `${t('report.means')}: ${part(finding, 'meaning', facts)}`,
    `${t('report.next')}: ${part(finding, 'next', facts)}`,
    `${t('report.who')}: ${part(finding, 'who', facts)}`,
    ...(others.length === 0 ? [] : [`${t('report.others')}:`]),
    ...others.map((other) => `  ${part(other.finding, 'sentence', other.facts)}`),
  ];
}

function stepText(line: DoctorLine, t: Translate): string {
  const { step, server, state, facts, tookMs } = line;
  const key = saidKey(line)?.replace(/^doctor\./, '');
  const title = server === null ? t(`steps.${step}`) : `${t(`steps.${step}`)} ${server}`;
  const said = key === undefined ? '' : ` ${t(key, facts)}`;
  const took = tookMs === null ? '' : ` (${Math.round(tookMs)} ms)`;
  return `[${t(`report.states.${state}`)}] ${title}:${said}${took}`;
}

/** Our own sentences need no redaction; what stands in them may. */
function redacted(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value !== 'string' || dates.has(name)) return [name, value];
      if (namesOfPeople.has(name)) return [name, '[name]'];
      // a number by itself is known as one only behind its name
      return [name, name === 'number' ? redactForExport(`number=${value}`).replace(/^number=/, '') : redactForExport(value)];
    }),
  );
}
