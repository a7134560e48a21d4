import { X } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts-context.tsx';
import { IconButton } from './button.tsx';
import './panel.css';

interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * Something unfolded inside a card. Esc folds it again and gives the focus back to where it was, if it was still in here.
 */
export function Panel({ title, onClose, children }: PanelProps) {
  const { t } = useTexts();
  const root = useRef<HTMLDivElement>(null);
  // read while drawing, because a field in here takes the focus before any effect runs
  const [opener] = useState(() => document.activeElement);

  useLayoutEffect(() => {
    const panel = root.current;
    panel?.scrollIntoView({ block: 'nearest' });
    return () => {
      if (panel?.contains(document.activeElement) && opener instanceof HTMLElement) opener.focus();
    };
  }, [opener]);

  return (
    <div
      ref={root}
      className="panel"
      role="group"
      aria-label={title}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="panel-head">
        <h3 className="one-line">{title}</h3>
        <IconButton icon={X} label={t('actions.close')} onClick={onClose} />
      </div>
      {children}
    </div>
  );
}
