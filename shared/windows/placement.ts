import { z } from 'zod';

/** A rectangle in device-independent pixels of the whole desktop. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const coordinate = z.number().int().min(-100_000).max(100_000);
const extent = z.number().int().min(1).max(100_000);

/** Where the main window was when it was last closed. */
export const placementSchema = z.object({
  version: z.literal(1),
  bounds: z.object({ x: coordinate, y: coordinate, width: extent, height: extent }).nullable(),
  maximized: z.boolean(),
});
export type Placement = z.infer<typeof placementSchema>;

export const noPlacement: Placement = { version: 1, bounds: null, maximized: false };

/** The size of a first window, and the smallest in which everything can be used. */
export const defaultSize = { width: 960, height: 640 } as const;
export const smallestSize = { width: 360, height: 560 } as const;

/** This much of the title bar must be on a screen, or nobody could take hold of the window. */
const grip = { width: 120, height: 24 } as const;

/**
 * Where to open the window: where it was, unless the screen it was on is gone or has become smaller. Null: let the system
 * choose, in the default size.
 * @param workAreas of all screens, without task bars
 */
export function openingBounds({ bounds }: Placement, workAreas: readonly Rectangle[]): Rectangle | null {
  if (bounds === null) return null;
  const area = workAreas.find((candidate) => holdsGrip(candidate, bounds));
  if (area === undefined) return null;
  const width = Math.min(Math.max(bounds.width, smallestSize.width), area.width);
  const height = Math.min(Math.max(bounds.height, smallestSize.height), area.height);
  const x = Math.min(Math.max(bounds.x, area.x + grip.width - width), area.x + area.width - grip.width);
  return { x, y: Math.max(bounds.y, area.y), width, height };
}

function holdsGrip(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const visibleWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const visibleTop = Math.max(y, area.y);
  return visibleWidth >= grip.width && visibleTop + grip.height <= area.y + area.height && y + grip.height > area.y;
}
