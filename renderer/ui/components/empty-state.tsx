import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './empty-state.css';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  /** The first thing to do here. */
  readonly action?: ReactNode;
}

/** Says what will be here, and offers the first action. */
export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <Icon size={28} aria-hidden />
      <h2>{title}</h2>
      <p>{text}</p>
      {action}
    </div>
  );
}
