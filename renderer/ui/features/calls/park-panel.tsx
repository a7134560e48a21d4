import { useMemo } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { parkingSlots } from '#shared/calls/parking-slots.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/panel.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import './park-panel.css';

/** Whether the server parks calls, and the places that it is known to have. */
export function useParking(): { readonly offered: boolean; readonly slots: readonly string[] } {
  const offered = useAppState((app) => app.settings.serverFeatures.codes.park !== '');
  const written = useAppState((app) => app.settings.serverFeatures.parkSlots);
  const slots = useMemo(() => parkingSlots(written), [written]);
  return { offered, slots };
}

/** Choose a parking place, or leave it to the server. */
export function ParkPanel({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const { park } = useCommands();
  const { slots } = useParking();
  const parked = useAppState((app) => app.parked);
  const choose = (slot: string | null): void => {
    park(call, slot);
    onClose();
  };
  return (
    <Panel title={t('call.parkTitle', { name: callName(texts, call) })} onClose={onClose}>
      <Button kind="primary" autoFocus onClick={() => choose(null)}>
        {t('call.parkServer')}
      </Button>
      <div className="park-slots">
        {slots.map((slot) => {
          const taken = parked.some((one) => one.slot === slot);
          const label = t(taken ? 'call.parkTaken' : 'call.parkSlot', { slot });
          return (
            <Button key={slot} disabled={taken} aria-label={label} title={label} onClick={() => choose(slot)}>
              {slot}
            </Button>
          );
        })}
      </div>
    </Panel>
  );
}
