import { useEffect, useRef } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { DialKeys } from '../../components/dial-keys.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCommands } from '../../store/ui-context.tsx';
import './keypad.css';

/** Digits shown at most; the oldest leave first. */
const shownDigits = 24;

/** Sends digits into the call (RFC 4733). While it is open the keyboard's digits go to the call too, except into a field. */
export function Keypad({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const { t } = useTexts();
  const { sendDigits } = useCommands();
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => root.current?.scrollIntoView({ block: 'nearest' }), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
      if (/^[0-9*#]$/.test(event.key)) {
        event.preventDefault();
        sendDigits(call, event.key);
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        onClose();
      }
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [call, sendDigits, onClose]);

  return (
    <div ref={root} className="keypad" role="group" aria-label={t('call.keypad')}>
      <output className="keypad-digits" aria-label={t('call.digitsSent', { digits: call.sentDigits })}>
        {call.sentDigits.slice(-shownDigits) || '\u00a0'}
      </output>
      <DialKeys labelOf={(digit) => t('call.digit', { digit })} onKey={(digit) => sendDigits(call, digit)} />
      <p className="keypad-hint">{t('call.keypadHint')}</p>
    </div>
  );
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
