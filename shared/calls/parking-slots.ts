/** More places than a person looks through, and than a server wants to be watched. */
const mostSlots = 100;

/**
 * The parking places that a person wrote down as numbers and ranges (`701-709, 720`), in that order, each once. Leading zeros stay;
 * a range that runs backwards is empty.
 */
export function parkingSlots(written: string): readonly string[] {
  const slots = new Set<string>();
  for (const part of written.split(',')) {
    const [first, last = first] = part.split('-').map((end) => end.trim());
    if (first === undefined || last === undefined || !/^\d+$/.test(first) || !/^\d+$/.test(last)) continue;
    for (let slot = Number(first); slot <= Number(last) && slots.size < mostSlots; slot += 1) {
      slots.add(String(slot).padStart(first.length, '0'));
    }
  }
  return [...slots];
}
