import { useId, useRef, useState } from 'react';
import type { AvailabilitySettings, ForwardRule, ForwardReason } from '#shared/settings/call-settings.ts';
import type { FeatureCodes } from '#shared/settings/feature-codes.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import { allOff, doneBy, forwardRules, isAnythingOn } from '../store/availability.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { DraftField, useDraft } from './draft-field.tsx';
import { ErrorCard } from './error-card.tsx';
import { FieldNotes, Switch } from './field.tsx';
import { Progress } from './meter.tsx';
import './availability-form.css';

interface AvailabilityFormProps {
  readonly settings: AvailabilitySettings;
  /** What the last wish has come to. */
  readonly outcome: AppState['availability'];
  readonly codes: FeatureCodes;
  /** What is wrong with a number, as a sentence. */
  readonly faultOf: (number: string) => string | undefined;
  readonly onChange: (changes: Partial<AvailabilitySettings>) => void;
}

const shortestRing = 5;
const longestRing = 120;

/** Do not disturb and the four forwardings: one form for the title bar and for the settings. */
export function AvailabilityForm({ settings, outcome, codes, faultOf, onChange }: AvailabilityFormProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="availability-form">
      {outcome.error !== null && <ErrorCard report={outcome.error} />}
      <div className="availability-rule">
        <span id={`${id}-dnd`} className="availability-name">
          {t('availability.doNotDisturb')}
        </span>
        <Switch
          on={settings.doNotDisturb}
          onValue={(doNotDisturb) => onChange({ doNotDisturb })}
          aria-labelledby={`${id}-dnd`}
          aria-describedby={`${id}-dnd-note`}
        />
        <p id={`${id}-dnd-note`} className="availability-note">
          {t('availability.doNotDisturbHint')} {t(`availability.doneBy.${doneBy('doNotDisturb', codes)}`)}
        </p>
      </div>
      {forwardRules.map((reason) => (
        <Rule
          key={reason}
          reason={reason}
          settings={settings}
          pending={outcome.pending}
          codes={codes}
          faultOf={faultOf}
          onRule={(rule) => onChange({ [reason]: rule })}
          onSeconds={(noAnswerAfterSeconds) => onChange({ noAnswerAfterSeconds })}
        />
      ))}
      <div className="availability-foot">
        {outcome.pending ? <Progress text={t('availability.pending')} /> : <span />}
        <Button disabled={!isAnythingOn(settings)} onClick={() => onChange(allOff(settings))}>
          {t('availability.reset')}
        </Button>
      </div>
    </div>
  );
}

interface RuleProps extends Pick<AvailabilityFormProps, 'settings' | 'codes' | 'faultOf'> {
  readonly reason: ForwardReason;
  readonly pending: boolean;
  readonly onRule: (rule: ForwardRule) => void;
  readonly onSeconds: (seconds: number) => void;
}

/** One forwarding. Switched on without a number it asks for the number, and is on as soon as there is one. */
function Rule({ reason, settings, pending, codes, faultOf, onRule, onSeconds }: RuleProps) {
  const { t } = useTexts();
  const rule = settings[reason];
  const number = useDraft(rule.target, pending);
  const [judged, setJudged] = useState(false);
  const [waiting, setWaiting] = useState(false);
  /** What was asked for last; leaving the field asks for nothing twice. */
  const tried = useRef(rule.target);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const by = doneBy(reason, codes);
  const wanted = number.text.trim();
  const missing = wanted === '' ? t('availability.numberMissing') : faultOf(wanted);
  const fault = judged && (number.changed || waiting) ? missing : undefined;
  const name = t(`availability.${reason}`);

  function commit(text: string): void {
    setJudged(true);
    if ((text === '' && rule.on) || (text !== '' && faultOf(text) !== undefined)) return;
    number.setText(text);
    tried.current = text;
    const on = rule.on || (waiting && text !== '');
    if (text !== rule.target || on !== rule.on) onRule({ on, target: text });
    if (text !== '') setWaiting(false);
  }

  function toggle(on: boolean): void {
    setJudged(true);
    if (on && missing !== undefined) {
      setWaiting(true);
      field.current?.focus();
      return;
    }
    setWaiting(false);
    onRule({ on, target: missing === undefined ? wanted : rule.target });
  }

  return (
    <div className="availability-rule" role="group" aria-labelledby={`${id}-name`}>
      <span id={`${id}-name`} className="availability-name">
        {name}
      </span>
      <Switch
        on={rule.on}
        disabled={by === 'nobody' && !rule.on}
        onValue={toggle}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-note`}
      />
      {by !== 'nobody' && (
        <div className="availability-target">
          <input
            ref={field}
            type="text"
            className={classNames('field-input', fault !== undefined && 'field-input-faulty')}
            aria-label={t('availability.numberFor', { rule: name })}
            aria-invalid={fault !== undefined}
            aria-describedby={`${id}-fault`}
            placeholder={t('availability.number')}
            autoComplete="off"
            spellCheck={false}
            maxLength={128}
            value={number.text}
            onChange={(event) => number.setText(event.target.value)}
            onBlur={() => wanted !== tried.current && commit(wanted)}
            onKeyDown={(event) => event.key === 'Enter' && commit(wanted)}
          />
          {codes.voicemail !== '' && (
            <Button aria-pressed={rule.target === codes.voicemail} onClick={() => commit(codes.voicemail)}>
              {t('availability.voicemail')}
            </Button>
          )}
          {reason === 'noAnswer' && (
            <span className="availability-seconds">
              <span>{t('availability.after')}</span>
              <DraftField
                value={String(settings.noAnswerAfterSeconds)}
                inputMode="numeric"
                aria-label={t('availability.seconds')}
                faultOf={(text) =>
                  isRingTime(text) ? undefined : t('availability.secondsFault', { shortest: shortestRing, longest: longestRing })
                }
                onCommit={(text) => onSeconds(Number(text))}
              />
              <span>{t('availability.secondsUnit')}</span>
            </span>
          )}
        </div>
      )}
      <FieldNotes
        id={`${id}-fault`}
        fault={fault}
        hint={rule.on && number.changed ? t('availability.still', { number: rule.target }) : undefined}
      />
      <p id={`${id}-note`} className="availability-note">
        {t(`availability.doneBy.${by}`)}
      </p>
    </div>
  );
}

function isRingTime(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) >= shortestRing && Number(text) <= longestRing;
}
