import { PhoneIncoming, SquareParking } from 'lucide-react';
import { useId } from 'react';
import type { ParkedCall } from '#shared/state/app-state.ts';
import { partyName } from '#shared/people/display-text.ts';
import { Button } from '../../components/button.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';
import './parked-strip.css';

/** Calls that wait or ring elsewhere and can be taken from here. Nothing while there are none and the server has no group. */
export function ParkedStrip() {
  const { t } = useTexts();
  const { pickUp } = useCommands();
  const title = useId();
  const parked = useAppState((app) => app.parked);
  const hasGroup = useAppState((app) => app.settings.serverFeatures.codes['group-pickup'] !== '');
  if (parked.length === 0 && !hasGroup) return null;
  return (
    <div className="parked-strip">
      <div className="parked-head">
        {parked.length > 0 && <h2 id={title}>{t('parked.title')}</h2>}
        {hasGroup && (
          <Button kind="quiet" icon={PhoneIncoming} onClick={() => pickUp(null)}>
            {t('parked.groupPickup')}
          </Button>
        )}
      </div>
      {parked.length > 0 && (
        <ul aria-labelledby={title}>
          {parked.map((call) => (
            <Slot key={call.slot} call={call} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Slot({ call }: { readonly call: ParkedCall }) {
  const { t, formats } = useTexts();
  const { retrieve } = useCommands();
  const now = useNow();
  const name = (call.party === null ? '' : partyName(call.party)) || t('parked.somebody');
  const waited = formats.clock(Math.max(0, now - call.since));
  return (
    <li className="parked-slot">
      <SquareParking size={18} aria-hidden />
      <span className="parked-words">
        <span className="parked-name one-line">
          <bdi>{name}</bdi>
        </span>
        <span className="muted one-line">{t(call.mine ? 'parked.mine' : 'parked.place', { slot: call.slot })}</span>
      </span>
      <time className="muted" aria-label={t('parked.waited', { time: waited })}>
        {waited}
      </time>
      <Button aria-label={t('parked.fetchFrom', { name, slot: call.slot })} onClick={() => retrieve(call.slot)}>
        {t('parked.fetch')}
      </Button>
    </li>
  );
}
