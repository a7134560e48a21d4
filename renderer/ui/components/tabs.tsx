import { useRef, type KeyboardEvent } from 'react';
import './tabs.css';

interface TabsProps<V extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly value: V; readonly label: string; readonly badge?: number }[];
  readonly value: V;
  readonly onValue: (value: V) => void;
  /** Id of the element that shows what is chosen. */
  readonly panel: string;
}

/** Tabs (ARIA authoring practices): arrows move and choose. */
export function Tabs<V extends string>({ label, tabs, value, onValue, panel }: TabsProps<V>) {
  const root = useRef<HTMLDivElement>(null);

  function move(event: KeyboardEvent): void {
    const at = tabs.findIndex((tab) => tab.value === value);
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const to = { ArrowRight: at + forward, ArrowLeft: at - forward, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const chosen = tabs[index];
    if (chosen === undefined) return;
    onValue(chosen.value);
    root.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  }

  return (
    <div className="tabs" role="tablist" aria-label={label} tabIndex={-1} ref={root} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          className="tab"
          aria-selected={tab.value === value}
          aria-controls={panel}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onValue(tab.value)}
        >
          {tab.label}
          {tab.badge !== undefined && tab.badge > 0 && <span className="tab-badge">{tab.badge}</span>}
        </button>
      ))}
    </div>
  );
}
