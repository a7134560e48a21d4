import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState } from '../../store/ui-context.tsx';
import { CallCard } from './call-card.tsx';
import { IncomingCard } from './incoming-card.tsx';
import './calls-dock.css';

/** One card a call: first what rings and wants an answer, then the others in call order. */
export function CallsDock() {
  const { t } = useTexts();
  const calls = useAppState((app) => app.calls);
  if (calls.length === 0) return null;
  const ringing = calls.filter((call) => call.phase === 'ringing-in');
  const others = calls.filter((call) => call.phase !== 'ringing-in');
  return (
    <section className="calls-dock" data-region="calls" aria-label={t('regions.calls')}>
      {ringing.map((call) => (
        <IncomingCard key={call.id} call={call} />
      ))}
      {others.map((call) => (
        <CallCard key={call.id} call={call} slim={others.length > 1 && call.hold.local} />
      ))}
    </section>
  );
}
