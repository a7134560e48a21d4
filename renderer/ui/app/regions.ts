const regionSelector = '[data-region]';
const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), summary, [tabindex="0"]';

/** Moves the focus to the first control of the next (or previous) visible region of the window, in reading order. */
export function cycleRegion(root: Document, step: 1 | -1): void {
  const regions = [...root.querySelectorAll<HTMLElement>(regionSelector)].filter((region) => firstControl(region) !== undefined);
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(root.activeElement));
  const to = at < 0 ? (step === 1 ? 0 : regions.length - 1) : (at + step + regions.length) % regions.length;
  const region = regions[to];
  if (region) firstControl(region)?.focus();
}

function firstControl(region: HTMLElement): HTMLElement | undefined {
  const controls = [...region.querySelectorAll<HTMLElement>(focusable)];
  return controls.find((control) => control.tabIndex >= 0 && control.checkVisibility({ visibilityProperty: true }));
}
