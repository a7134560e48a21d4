import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../../../../renderer/ui/styles/tokens.css'), 'utf8');
const themes = ['light', 'dark'] as const;

/** Both colours of a `light-dark()` token. */
function token(name: string): Record<(typeof themes)[number], string> {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!found?.[1] || !found[2]) throw new Error(`tokens.css has no colour pair --${name}`);
  return { light: found[1], dark: found[2] };
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['bg', 'surface', 'raised', 'sunken', 'accent-soft'];
const onSurfaces = (ink: string, places = surfaces) => places.map((place) => [ink, place] as const);

/** Every pair in which text is written. */
const textPairs = [
  ...onSurfaces('text', [...surfaces, 'ok-soft', 'warn-soft', 'bad-soft']),
  ...onSurfaces('muted', ['bg', 'surface', 'raised', 'sunken', 'accent-soft']),
  ...onSurfaces('accent', ['bg', 'surface', 'raised', 'accent-soft']),
  ...onSurfaces('ok-text', ['bg', 'surface', 'raised', 'sunken']),
  ...onSurfaces('warn-text', ['bg', 'surface', 'raised', 'sunken', 'warn-soft']),
  ...onSurfaces('bad-text', ['bg', 'surface', 'raised', 'sunken', 'accent-soft', 'bad-soft']),
  ['accent-ink', 'accent'],
  ['ok-ink', 'ok'],
  ['bad-ink', 'bad'],
  ...[1, 2, 3, 4, 5, 6].map((hue) => [`avatar-${hue}-ink`, `avatar-${hue}`] as const),
] as const;

/** Pairs in which a shape must be seen: borders of fields, lamps, icons. */
const shapePairs = [
  ...onSurfaces('control-line', ['bg', 'surface', 'raised']),
  ...onSurfaces('ok', ['bg', 'surface', 'raised']),
  ...onSurfaces('warn', ['bg', 'surface', 'raised']),
  ...onSurfaces('bad', ['bg', 'surface', 'raised']),
  ...onSurfaces('accent', ['bg', 'surface', 'raised']),
];

describe.each(themes)('%s theme', (theme) => {
  it.each(textPairs)('text %s on %s has 4.5:1', (ink, place) => {
    expect(contrast(token(ink)[theme], token(place)[theme])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(shapePairs)('shape %s on %s has 3:1', (ink, place) => {
    expect(contrast(token(ink)[theme], token(place)[theme])).toBeGreaterThanOrEqual(3);
  });
});
