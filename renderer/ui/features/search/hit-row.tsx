import { Asterisk, Clock3, Phone, Siren } from 'lucide-react';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { dialText } from '../../i18n/dial-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import type { Hit } from './hits.ts';

/** What a hit is, and how its number will be dialled. */
export function HitRow({ hit, hidden }: { readonly hit: Hit; readonly hidden: boolean }) {
  const texts = useTexts();
  const { t, formats } = texts;
  // an emergency service sees the number whatever was set
  const without = hidden && (hit.read.kind === 'internal' || hit.read.kind === 'external') ? t('search.withoutNumber') : '';
  switch (hit.kind) {
    case 'person':
      return (
        <>
          <Avatar name={hit.person.name} size="small" />
          <span className="search-hit-name one-line">
            <StrangerText text={hit.person.name} />
          </span>
          <span className="muted one-line">
            {[dialText(texts, hit.read), displayText(hit.person.note), without].filter(Boolean).join(', ')}
          </span>
        </>
      );
    case 'recent':
      return (
        <>
          <Clock3 size={18} aria-hidden />
          <span className="search-hit-name one-line">
            <StrangerText text={hit.entry.name || hit.entry.number} />
          </span>
          <span className="muted one-line">
            {[dialText(texts, hit.read), formats.dateTime(hit.entry.startedAt), without].filter(Boolean).join(', ')}
          </span>
        </>
      );
    case 'dial': {
      const emergency = hit.read.kind === 'emergency';
      const Icon = emergency ? Siren : hit.read.kind === 'code' ? Asterisk : Phone;
      return (
        <>
          <Icon size={18} aria-hidden />
          <span className={emergency ? 'search-hit-name search-hit-emergency one-line' : 'search-hit-name one-line'}>
            {dialText(texts, hit.read)}
          </span>
          <span className="muted one-line">{[t(`search.dialHint.${hit.read.kind}`), without].filter(Boolean).join(', ')}</span>
        </>
      );
    }
  }
}
