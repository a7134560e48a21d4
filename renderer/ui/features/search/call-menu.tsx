import { ChevronDown, Eye, EyeOff, Hash } from 'lucide-react';
import type { DialOptions } from '#shared/ipc/ui-contract.ts';
import { displayText } from '#shared/people/display-text.ts';
import { IconButton } from '../../components/button.tsx';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState } from '../../store/ui-context.tsx';

/** What the far end shall see of us in this one call. */
export function CallMenu({ onCall }: { readonly onCall: (options: Partial<DialOptions>) => void }) {
  const { t } = useTexts();
  const numbers = useAppState((app) => app.settings.dialling.shownNumbers);
  const items: MenuItem[] = [
    { id: 'hide', label: t('search.callHidden'), icon: EyeOff, onChoose: () => onCall({ anonymous: true }) },
    { id: 'show', label: t('search.callShown'), icon: Eye, onChoose: () => onCall({ anonymous: false }) },
    ...numbers.map(({ label, number }) => ({
      id: number,
      label: t('search.callWith', { number: [displayText(label), displayText(number)].filter(Boolean).join(', ') }),
      icon: Hash,
      onChoose: () => onCall({ anonymous: false, shownNumber: number }),
    })),
  ];
  return (
    <Menu
      label={t('search.callOtherwise')}
      items={items}
      trigger={(props) => <IconButton {...props} icon={ChevronDown} label={t('search.callOtherwise')} />}
    />
  );
}
