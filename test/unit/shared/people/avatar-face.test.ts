import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avatarFace, avatarHues } from '#shared/people/avatar-face.ts';

describe('avatar face', () => {
  it.each([
    ['Anna Weber', 'AW'],
    ['Anna Maria Weber', 'AW'],
    ['étienne', 'É'],
    ['anna.weber@example.org', 'AO'],
    ['+49 89 123', ''],
    ['', ''],
  ])('%j has the initials %j', (name, initials) => {
    expect(avatarFace(name).initials).toBe(initials);
  });

  it('gives every name one of the colours, always the same', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const { hue } = avatarFace(name);
        expect(hue).toBeGreaterThanOrEqual(1);
        expect(hue).toBeLessThanOrEqual(avatarHues);
        expect(avatarFace(name).hue).toBe(hue);
      }),
    );
  });
});
