import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import './button.css';

export type ButtonKind = 'plain' | 'primary' | 'good' | 'danger' | 'danger-soft' | 'quiet';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'className'> {
  readonly kind?: ButtonKind;
  readonly size?: 'normal' | 'large';
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A button with words. */
export function Button({ kind = 'plain', size = 'normal', icon: Icon, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={classNames('button', `button-${kind}`, size === 'large' && 'button-large')}>
      {Icon && <Icon size={16} aria-hidden />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'className' | 'aria-label'> {
  readonly icon: LucideIcon;
  /** The name for everybody who does not see the icon; also the tool tip. */
  readonly label: string;
}

/** A button that shows an icon only. */
export function IconButton({ icon: Icon, label, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button {...rest} type={type} className="icon-button" aria-label={label} title={label}>
      <Icon size={18} aria-hidden />
    </button>
  );
}
