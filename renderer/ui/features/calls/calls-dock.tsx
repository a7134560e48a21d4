import { useMemo } from 'react';
import { useTexts } from '../../i18n/texts-context.tsx';
import { arrangeCalls, type DockItem } from '../../store/call-arrangement.ts';
import { useAppState } from '../../store/ui-context.tsx';
import { CallCard } from './call-card.tsx';
import { ConferenceCard } from './conference-card.tsx';
import { ConsultationGroup } from './consultation-group.tsx';
import { IncomingCard } from './incoming-card.tsx';
import './calls-dock.css';

/** First what rings and wants an answer, then the others in call order; what belongs together is drawn together. */
export function CallsDock() {
  const { t } = useTexts();
  const calls = useAppState((app) => app.calls);
  const items = useMemo(() => arrangeCalls(calls), [calls]);
  if (items.length === 0) return null;
  return (
    <section className="calls-dock" data-region="calls" aria-label={t('regions.calls')}>
      {items.map((item) => (
        <Item key={item.id} item={item} />
      ))}
    </section>
  );
}

function Item({ item }: { readonly item: DockItem }) {
  switch (item.kind) {
    case 'incoming':
      return <IncomingCard call={item.call} />;
    case 'call':
      return <CallCard call={item.call} slim={item.slim} />;
    case 'consultation':
      return <ConsultationGroup caller={item.caller} consultation={item.consultation} />;
    case 'conference':
      return <ConferenceCard members={item.members} />;
  }
}
