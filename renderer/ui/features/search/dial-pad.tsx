import { Delete, Phone } from 'lucide-react';
import { Button, IconButton } from '../../components/button.tsx';
import { DialKeys, keyOfLetter } from '../../components/dial-keys.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';

interface DialPadProps {
  readonly number: string;
  readonly onNumber: (number: string) => void;
  /** Absent while there is nothing to call. */
  readonly onCall: (() => void) | undefined;
}

/**
 * A telephone's keys for the field. With the focus on it the keyboard types too: digits, `*`, `#`, `+`, and letters as the keys on
 * which they are printed.
 */
export function DialPad({ number, onNumber, onCall }: DialPadProps) {
  const { t } = useTexts();
  const type = (digit: string): void => onNumber(number + digit);
  const erase = (): void => onNumber(number.slice(0, -1));
  return (
    <div
      className="dial-pad"
      role="group"
      aria-label={t('dialPad.title')}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const digit = /^[0-9*#+]$/.test(event.key) ? event.key : keyOfLetter(event.key);
        if (digit !== undefined) type(digit);
        else if (event.key === 'Backspace') erase();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <DialKeys labelOf={(digit) => t('dialPad.key', { digit })} onKey={type} onPlus={() => type('+')} />
      <div className="dial-pad-foot">
        <Button kind="good" icon={Phone} disabled={onCall === undefined} onClick={() => onCall?.()}>
          {t('dialPad.call')}
        </Button>
        <IconButton icon={Delete} label={t('dialPad.erase')} disabled={number === ''} onClick={erase} />
      </div>
      <p className="dial-pad-hint">{t('dialPad.hint')}</p>
    </div>
  );
}
