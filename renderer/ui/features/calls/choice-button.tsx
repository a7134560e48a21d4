import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import './choice-button.css';

interface ChoiceButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'type'> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** What will happen, in one line. */
  readonly hint: string;
}

/** One way out of a question, with what it means. */
export function ChoiceButton({ icon: Icon, label, hint, ...rest }: ChoiceButtonProps) {
  return (
    <button {...rest} type="button" className="choice-button">
      <Icon size={20} aria-hidden />
      <span>
        <strong>{label}</strong>
        <small>{hint}</small>
      </span>
    </button>
  );
}
