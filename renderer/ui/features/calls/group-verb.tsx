import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, type ButtonKind } from '../../components/button.tsx';
import type { ShortcutName } from '../../keyboard/shortcuts.ts';
import { useShortcutHint } from './verb-button.tsx';

interface GroupVerbProps {
  readonly icon: LucideIcon;
  readonly kind?: ButtonKind;
  readonly shortcut: ShortcutName;
  /** What it does, with names. */
  readonly hint: string;
  readonly disabled?: boolean;
  /** Id of the words that say why it is disabled. */
  readonly reasonId?: string | undefined;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A verb over several calls. One that is disabled can still be reached, so that its reason can be read. */
export function GroupVerb({ icon, kind = 'plain', shortcut, hint, disabled = false, reasonId, onClick, children }: GroupVerbProps) {
  const keys = useShortcutHint(shortcut);
  return (
    <Button
      kind={kind}
      icon={icon}
      aria-keyshortcuts={keys['aria-keyshortcuts']}
      title={[hint, keys.title].filter(Boolean).join(' · ')}
      aria-disabled={disabled}
      aria-describedby={reasonId}
      onClick={() => {
        if (!disabled) onClick();
      }}
    >
      {children}
    </Button>
  );
}
