import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noPlacement, openingBounds, type Placement, type Rectangle } from '#shared/windows/placement.ts';

const screen: Rectangle = { x: 0, y: 0, width: 1920, height: 1040 };
const right: Rectangle = { x: 1920, y: 0, width: 1280, height: 1000 };
const at = (bounds: Rectangle): Placement => ({ version: 1, bounds, maximized: false });

describe('the opening place of the window', () => {
  it('is the system’s choice the first time', () => {
    expect(openingBounds(noPlacement, [screen])).toBeNull();
  });

  it('is where it was', () => {
    const bounds = { x: 2000, y: 40, width: 700, height: 600 };
    expect(openingBounds(at(bounds), [screen, right])).toEqual(bounds);
  });

  it('is the system’s choice when its screen is gone', () => {
    expect(openingBounds(at({ x: 2000, y: 40, width: 700, height: 600 }), [screen])).toBeNull();
  });

  it('shrinks to a smaller screen, and grows to a usable size', () => {
    expect(openingBounds(at({ x: 0, y: 0, width: 4000, height: 3000 }), [screen])).toEqual({ x: 0, y: 0, width: 1920, height: 1040 });
    expect(openingBounds(at({ x: 10, y: 10, width: 200, height: 20 }), [screen])).toMatchObject({ width: 360, height: 560 });
  });

  it('always leaves something to take hold of', () => {
    const range = fc.integer({ min: -5_000, max: 5_000 });
    const size = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(range, range, size, size, (x, y, width, height) => {
        const opened = openingBounds(at({ x, y, width, height }), [screen, right]);
        if (opened === null) return;
        const reachable = [screen, right].some(
          (area) =>
            opened.x + opened.width > area.x && opened.x < area.x + area.width && opened.y >= area.y && opened.y < area.y + area.height,
        );
        expect(reachable).toBe(true);
      }),
    );
  });
});
