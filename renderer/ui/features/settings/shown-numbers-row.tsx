import { Plus, Trash2 } from 'lucide-react';
import { useId, useState, type SubmitEvent } from 'react';
import { readDial } from '#shared/calls/dial-plan.ts';
import { displayText } from '#shared/people/display-text.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { SettingRow } from './setting-row.tsx';

interface ShownNumbersRowProps {
  readonly dialling: DiallingSettings;
  readonly onChange: (changes: Partial<DiallingSettings>) => void;
}

const mostNumbers = 16;

/** The numbers that the far end may see in place of our own, and which of them it sees when nothing else is said. */
export function ShownNumbersRow({ dialling, onChange }: ShownNumbersRowProps) {
  const { t } = useTexts();
  const { shownNumbers, shownNumber } = dialling;
  const group = useId();

  function remove(number: string): void {
    onChange({
      shownNumbers: shownNumbers.filter((one) => one.number !== number),
      ...(shownNumber === number ? { shownNumber: null } : {}),
    });
  }

  return (
    <SettingRow label={t('settings.dialling.shownNumbers')} hint={t('settings.dialling.shownNumbersHint')} place="below">
      {(labels) => (
        <div className="setting-stack" role="group" {...labels}>
          {shownNumbers.length > 0 && (
            <ul className="server-list">
              <li>
                <label className="number-choice">
                  <input type="radio" name={group} checked={shownNumber === null} onChange={() => onChange({ shownNumber: null })} />
                  <span>{t('settings.dialling.ownNumber')}</span>
                </label>
              </li>
              {shownNumbers.map(({ label, number }) => (
                <li key={number}>
                  <label className="number-choice">
                    <input type="radio" name={group} checked={shownNumber === number} onChange={() => onChange({ shownNumber: number })} />
                    <bdi>{displayText(number)}</bdi>
                    <span className="muted">{displayText(label)}</span>
                  </label>
                  <IconButton icon={Trash2} label={t('settings.dialling.removeNumber', { number })} onClick={() => remove(number)} />
                </li>
              ))}
            </ul>
          )}
          <NewNumber dialling={dialling} onAdd={(added) => onChange({ shownNumbers: [...shownNumbers, added] })} />
        </div>
      )}
    </SettingRow>
  );
}

interface NewNumberProps {
  readonly dialling: DiallingSettings;
  readonly onAdd: (added: DiallingSettings['shownNumbers'][number]) => void;
}

function NewNumber({ dialling, onAdd }: NewNumberProps) {
  const { t, error } = useTexts();
  const [draft, setDraft] = useState({ number: '', label: '' });
  const [judged, setJudged] = useState(false);
  const number = draft.number.trim();
  const fault = faultOf();

  function faultOf(): string | undefined {
    if (number === '') return t('settings.dialling.numberMissing');
    if (dialling.shownNumbers.some((one) => one.number === number)) return t('settings.dialling.numberDuplicate');
    if (dialling.shownNumbers.length >= mostNumbers) return t('settings.dialling.numbersFull');
    const read = readDial(number, dialling);
    return read.ok ? undefined : error(read.error).next;
  }

  function add(event: SubmitEvent): void {
    event.preventDefault();
    setJudged(true);
    if (fault !== undefined) return;
    onAdd({ number, label: draft.label.trim() });
    setDraft({ number: '', label: '' });
    setJudged(false);
  }

  return (
    <form className="number-form" onSubmit={add} noValidate>
      <TextField
        label={t('settings.dialling.newNumber')}
        fault={judged ? fault : undefined}
        value={draft.number}
        onValue={(value) => setDraft({ ...draft, number: value })}
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        label={t('settings.dialling.newNumberLabel')}
        value={draft.label}
        onValue={(value) => setDraft({ ...draft, label: value })}
        maxLength={64}
        autoComplete="off"
      />
      <Button icon={Plus} type="submit">
        {t('actions.add')}
      </Button>
    </form>
  );
}
