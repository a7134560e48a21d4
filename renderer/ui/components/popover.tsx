import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import './floating.css';
import './popover.css';

interface PopoverProps {
  readonly label: string;
  /** Draws the button that opens the panel. */
  readonly trigger: (props: { popoverTarget: string; 'aria-haspopup': 'dialog'; 'aria-expanded': boolean }) => ReactNode;
  /** What the window shows beside it; when that changes the panel is in the way and closes. */
  readonly place: string;
  readonly onOpen?: (open: boolean) => void;
  readonly children: ReactNode;
}

/**
 * A button and the panel that it opens beside itself. A popover of the platform: Esc and a click elsewhere close it, and the focus
 * comes back to the button. What was written into the panel stays while it is closed.
 */
export function Popover({ label, trigger, place, onOpen, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => panel.current?.hidePopover(), [place]);

  return (
    <>
      {trigger({ popoverTarget: id, 'aria-haspopup': 'dialog', 'aria-expanded': open })}
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="floating popover"
        role="dialog"
        aria-label={label}
        onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
        onBeforeToggle={(event) => {
          if (event.newState === 'open') setWasOpen(true);
        }}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          onOpen?.(event.newState === 'open');
        }}
      >
        {wasOpen && children}
      </div>
    </>
  );
}
