import { ArrowRight, ChevronDown, CircleCheck, CircleMinus, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { AvailabilityForm } from '../../components/availability-form.tsx';
import { Popover } from '../../components/popover.tsx';
import { availabilityText } from '../../i18n/availability-text.ts';
import { forwardFault } from '../../i18n/dial-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, shortcuts } from '../../keyboard/shortcuts.ts';
import { availabilityOf, type Availability } from '../../store/availability.ts';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import './availability-pill.css';

const icons: Readonly<Record<Availability['kind'], LucideIcon>> = {
  available: CircleCheck,
  'do-not-disturb': CircleMinus,
  forwarded: ArrowRight,
};

/** What somebody who calls meets just now, and the panel in which it is changed. */
export function AvailabilityPill() {
  const texts = useTexts();
  const { t } = texts;
  const { changeAvailability } = useCommands();
  const settings = useAppState((app) => app.settings.availability);
  const outcome = useAppState((app) => app.availability);
  const codes = useAppState((app) => app.settings.serverFeatures.codes);
  const dialling = useAppState((app) => app.settings.dialling);
  const place = useView(({ page, section }) => `${page} ${section ?? ''}`);
  const availability = availabilityOf(settings);
  const text = availabilityText(texts, availability);
  const Icon = icons[availability.kind];
  const [open, setOpen] = useState(false);
  useRefusals(open);
  return (
    <div className="availability">
      <Popover
        label={t('availability.title')}
        place={place}
        onOpen={setOpen}
        trigger={(props) => (
          <button
            {...props}
            type="button"
            className={`availability-pill availability-${availability.kind}`}
            aria-label={t('availability.open', { text })}
            aria-keyshortcuts={ariaShortcut(shortcuts.doNotDisturb, isMac())}
            title={text}
          >
            <Icon size={14} aria-hidden />
            <span className="availability-pill-text one-line">{text}</span>
            <ChevronDown size={14} aria-hidden />
          </button>
        )}
      >
        <AvailabilityForm
          settings={settings}
          outcome={outcome}
          codes={codes}
          faultOf={(number) => forwardFault(texts, number, dialling)}
          onChange={changeAvailability}
        />
      </Popover>
      <span className="visually-hidden" role="status">
        {text}
      </span>
    </div>
  );
}

/** Says aloud that a wish was refused when nothing on the screen shows it, as after a wish by key or from another section. */
function useRefusals(panelOpen: boolean): void {
  const { showFailure } = useCommands();
  const error = useAppState((app) => app.availability.error);
  const isShown = useView(({ page, section }) => page === 'settings' && section === 'forwarding') || panelOpen;
  const told = useRef(error);
  useEffect(() => {
    if (error === told.current) return;
    told.current = error;
    if (error !== null && !isShown) showFailure(error);
  }, [error, isShown, showFailure]);
}
