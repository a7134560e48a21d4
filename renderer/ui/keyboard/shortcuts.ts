import type { TextKey } from '../i18n/text.ts';

/** One key combination. `primary` is Ctrl, or Cmd on a Mac. */
export interface KeyCombination {
  readonly key: string;
  readonly primary?: true;
  readonly shift?: true;
}

/** The keyboard map of the window; the settings page lists it. */
export const shortcuts = {
  search: { key: 'k', primary: true },
  answer: { key: 'Enter', primary: true },
  hangUp: { key: 'd', primary: true, shift: true },
  mute: { key: 'm', primary: true },
  hold: { key: 'h', primary: true },
  doNotDisturb: { key: 'n', primary: true, shift: true },
  transfer: { key: 't', primary: true },
  completeTransfer: { key: 't', primary: true, shift: true },
  backToCaller: { key: 'b', primary: true, shift: true },
  swap: { key: 'h', primary: true, shift: true },
  add: { key: 'a', primary: true, shift: true },
  conference: { key: 'j', primary: true },
  park: { key: 'p', primary: true, shift: true },
  redial: { key: 'r', primary: true, shift: true },
  nextRegion: { key: 'F6' },
  previousRegion: { key: 'F6', shift: true },
  back: { key: 'Escape' },
} as const satisfies Readonly<Record<string, KeyCombination>>;

export type ShortcutName = keyof typeof shortcuts;

/** In the order of the table. */
export const shortcutNames: readonly ShortcutName[] = [
  'search',
  'answer',
  'hangUp',
  'mute',
  'hold',
  'doNotDisturb',
  'transfer',
  'completeTransfer',
  'backToCaller',
  'swap',
  'add',
  'conference',
  'park',
  'redial',
  'nextRegion',
  'previousRegion',
  'back',
];

/** The part of a keyboard event that decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Which shortcut a key press is, if any. On a Mac the primary key is Cmd, elsewhere Ctrl. */
export function shortcutOf(press: KeyPress, mac: boolean): ShortcutName | undefined {
  const primary = mac ? press.metaKey : press.ctrlKey;
  const foreign = press.altKey || (mac ? press.ctrlKey : press.metaKey);
  if (foreign) return undefined;
  return shortcutNames.find((name) => {
    const wanted: KeyCombination = shortcuts[name];
    return (
      wanted.key.toLowerCase() === press.key.toLowerCase() &&
      (wanted.primary ?? false) === primary &&
      (wanted.shift ?? false) === press.shiftKey
    );
  });
}

const namedKeys: Readonly<Record<string, TextKey>> = { Enter: 'keys.enter', Escape: 'keys.escape' };

/** The keys of a combination as they are printed on the keyboard. */
export function keyNames(combination: KeyCombination, mac: boolean, t: (key: TextKey) => string): string[] {
  const named = namedKeys[combination.key];
  return [
    ...(combination.primary ? [t(mac ? 'keys.cmd' : 'keys.ctrl')] : []),
    ...(combination.shift ? [t('keys.shift')] : []),
    named ? t(named) : combination.key.toUpperCase(),
  ];
}

/** The value of `aria-keyshortcuts` for a combination. */
export function ariaShortcut(combination: KeyCombination, mac: boolean): string {
  const modifiers = [...(combination.primary ? [mac ? 'Meta' : 'Control'] : []), ...(combination.shift ? ['Shift'] : [])];
  return [...modifiers, combination.key.length === 1 ? combination.key.toUpperCase() : combination.key].join('+');
}
