import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from '../../components/class-names.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isMac } from '../../keyboard/platform.ts';
import { ariaShortcut, keyNames, shortcuts, type ShortcutName } from '../../keyboard/shortcuts.ts';

interface VerbButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'type'> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** The verb is in force, as a held microphone is. */
  readonly on?: boolean;
  readonly kind?: 'end';
  readonly shortcut?: ShortcutName;
}

/** A verb of a call: an icon with its word below. */
export function VerbButton({ icon: Icon, label, on = false, kind, shortcut, ...rest }: VerbButtonProps) {
  const keys = useShortcutHint(shortcut);
  return (
    <button {...keys} {...rest} type="button" className={classNames('call-verb', on && 'call-verb-on', kind === 'end' && 'call-verb-end')}>
      <Icon size={20} aria-hidden />
      <span>{label}</span>
    </button>
  );
}

/** What tells the keys of a button, to those who see it and to those who do not. */
export function useShortcutHint(shortcut: ShortcutName | undefined): { title?: string; 'aria-keyshortcuts'?: string } {
  const { t } = useTexts();
  if (shortcut === undefined) return {};
  const mac = isMac();
  return { title: keyNames(shortcuts[shortcut], mac, t).join('+'), 'aria-keyshortcuts': ariaShortcut(shortcuts[shortcut], mac) };
}
