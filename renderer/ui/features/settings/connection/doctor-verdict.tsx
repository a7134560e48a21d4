import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { DoctorVerdict } from '#shared/network/doctor/run.ts';
import { FixVerb } from '../../../components/fix-button.tsx';
import { findingText, type FindingText } from '../../../i18n/doctor-text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { fixOfFinding } from '../../../store/fixes.ts';
import { useNow } from '../../../store/use-now.ts';

interface DoctorVerdictCardProps {
  readonly verdict: DoctorVerdict;
  /** Wall time in ms. */
  readonly finishedAt: number | null;
}

const icons = { fine: CircleCheck, warning: TriangleAlert, broken: CircleX } as const;

/** The one sentence that names the broken hop, what it means, who can mend it; what else was found stands below. */
export function DoctorVerdictCard({ verdict, finishedAt }: DoctorVerdictCardProps) {
  const texts = useTexts();
  const { t, formats } = texts;
  const now = useNow(60_000);
  const Icon = icons[verdict.level];
  const text = verdict.finding === null ? null : findingText(texts, verdict.finding, verdict.facts);
  const title = verdict.level === 'fine' ? t('settings.doctor.allWell') : (text?.sentence ?? '');
  const fix = verdict.finding === null ? undefined : fixOfFinding(verdict.finding);
  const finished = finishedAt === null ? '' : t('settings.doctor.finished', { time: formats.moment(finishedAt, now) });
  return (
    <div className={`verdict verdict-${verdict.level}`}>
      <div className="verdict-main">
        <Icon size={22} aria-hidden />
        <div className="verdict-words">
          <p className="verdict-title" role="status">
            {title}
          </p>
          {text !== null && <Explanation text={text} lead={verdict.level === 'fine' ? text.sentence : ''} />}
          {fix !== undefined && (
            <p>
              <FixVerb fix={fix} />
            </p>
          )}
          <p className="muted">{finished}</p>
        </div>
      </div>
      {verdict.others.length > 0 && <OtherFindings others={verdict.others} />}
    </div>
  );
}

interface ExplanationProps {
  readonly text: FindingText;
  /** What comes before the meaning. */
  readonly lead?: string;
}

function Explanation({ text: { meaning, next, who }, lead = '' }: ExplanationProps) {
  const { t } = useTexts();
  return (
    <>
      <p>{[lead, meaning, next].filter(Boolean).join(' ')}</p>
      <p>
        <span className="verdict-label">{t('settings.doctor.who')}:</span> {who}
      </p>
    </>
  );
}

function OtherFindings({ others }: { readonly others: DoctorVerdict['others'] }) {
  const texts = useTexts();
  return (
    <section className="verdict-others" aria-label={texts.t('settings.doctor.others')}>
      <h2>{texts.t('settings.doctor.others')}</h2>
      <ul>
        {others.map(({ finding, facts }) => {
          const text = findingText(texts, finding, facts);
          return (
            <li key={finding}>
              <p className="verdict-other-title">{text.sentence}</p>
              <Explanation text={text} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
