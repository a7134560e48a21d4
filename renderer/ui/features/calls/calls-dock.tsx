import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState } from '../../store/ui-context.tsx';
import { CallCard } from './call-card.tsx';
import { IncomingCard } from './incoming-card.tsx';
import './calls-dock.css';

/** One card a call, in call order. */
export function CallsDock() {
  const { t } = useTexts();
  const calls = useAppState((app) => app.calls);
  if (calls.length === 0) return null;
  return (
    <section className="calls-dock" data-region="calls" aria-label={t('regions.calls')}>
      {calls.map((call) =>
        call.phase === 'ringing-in' ? <IncomingCard key={call.id} call={call} /> : <CallCard key={call.id} call={call} />,
      )}
    </section>
  );
}
