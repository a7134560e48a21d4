import type { LucideIcon } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import './floating.css';
import './menu.css';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onChoose: () => void;
  /** Why it does nothing now; it can still be reached and read. */
  readonly disabledReason?: string;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Draws the button that opens the menu. */
  readonly trigger: (props: { popoverTarget: string; 'aria-haspopup': 'menu'; 'aria-expanded': boolean }) => ReactNode;
}

/**
 * A menu button (ARIA authoring practices): arrows move, Enter chooses, Esc and Tab close. The menu is a popover of the
 * platform, so that no scrolling ancestor cuts it off; the button is its anchor.
 */
export function Menu({ label, items, trigger }: MenuProps) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();

  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
    if (event.key === 'Tab') menu.current?.hidePopover();
    const all = [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  }

  return (
    <>
      {trigger({ popoverTarget: id, 'aria-haspopup': 'menu', 'aria-expanded': open })}
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="floating menu"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={move}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
        }}
      >
        {items.map(({ id: key, label: text, icon: Icon, onChoose, disabledReason }, index) => (
          <button
            key={key}
            // the platform focuses it when the popover opens; React's own attribute would focus it when it is drawn
            ref={(item) => void item?.toggleAttribute('autofocus', index === 0)}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className="menu-item"
            aria-disabled={disabledReason !== undefined}
            onClick={() => {
              if (disabledReason !== undefined) return;
              menu.current?.hidePopover();
              onChoose();
            }}
          >
            <Icon size={16} aria-hidden />
            <span>
              {text}
              {disabledReason !== undefined && <small className="menu-item-reason">{disabledReason}</small>}
            </span>
          </button>
        ))}
      </div>
    </>
  );
}
