import { describe, expect, it } from 'vitest';
import { ariaShortcut, keyNames, shortcutNames, shortcutOf, shortcuts } from '#renderer/ui/keyboard/shortcuts.ts';
import { createTexts } from '#renderer/ui/i18n/text.ts';

const press = (key: string, held: string[] = []) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
});

describe('the keyboard map', () => {
  it.each([
    ['k', ['ctrl'], 'search'],
    ['K', ['ctrl'], 'search'],
    ['Enter', ['ctrl'], 'answer'],
    ['D', ['ctrl', 'shift'], 'hangUp'],
    ['m', ['ctrl'], 'mute'],
    ['h', ['ctrl'], 'hold'],
    ['t', ['ctrl'], 'transfer'],
    ['T', ['ctrl', 'shift'], 'completeTransfer'],
    ['j', ['ctrl'], 'conference'],
    ['H', ['ctrl', 'shift'], 'swap'],
    ['F6', [], 'nextRegion'],
    ['F6', ['shift'], 'previousRegion'],
    ['k', [], undefined],
    ['d', ['ctrl'], undefined],
    ['m', ['ctrl', 'alt'], undefined],
    ['m', ['meta'], undefined],
  ])('%s with %j is %s', (key, held, name) => {
    expect(shortcutOf(press(key, held), false)).toBe(name);
  });

  it('takes Cmd on a Mac', () => {
    expect(shortcutOf(press('k', ['meta']), true)).toBe('search');
    expect(shortcutOf(press('k', ['ctrl']), true)).toBeUndefined();
  });

  it('lists every shortcut once, each with another combination', () => {
    expect([...shortcutNames].sort()).toEqual(Object.keys(shortcuts).sort());
    expect(new Set(shortcutNames.map((name) => ariaShortcut(shortcuts[name], false))).size).toBe(shortcutNames.length);
  });

  it('names keys as they are printed', () => {
    expect(keyNames(shortcuts.hangUp, false, createTexts('de').t)).toEqual(['Strg', 'Umschalt', 'D']);
    expect(keyNames(shortcuts.answer, true, createTexts('en').t)).toEqual(['Cmd', 'Enter']);
    expect(ariaShortcut(shortcuts.hangUp, false)).toBe('Control+Shift+D');
  });
});
