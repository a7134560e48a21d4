import { Search, X } from 'lucide-react';
import { useTexts } from '../i18n/texts-context.tsx';
import { IconButton } from './button.tsx';
import './list-search.css';

interface ListSearchProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Narrows the list below it. */
export function ListSearch({ label, value, onValue }: ListSearchProps) {
  const { t } = useTexts();
  return (
    <div className="list-search" role="search" aria-label={label}>
      <Search size={14} aria-hidden />
      <input
        type="text"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.stopPropagation();
          onValue('');
        }}
      />
      {value !== '' && <IconButton icon={X} label={t('search.clear')} onClick={() => onValue('')} />}
    </div>
  );
}
