/** What file systems, Windows above all, do not take in a name, and what would reorder or hide its letters. */
const unsafe = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ud800-\udfff]/gu;

/** Longest name of the other side in UTF-8 bytes: with date, number and ending it stays below the 255 of common file systems. */
const longestPartyBytes = 160;

/**
 * `2026-11-20 10.11.12 Anna Berger`: when a recording began, in local time, and who was there; without an ending. Sorted by name is
 * sorted by time.
 */
export function recordingName(began: Date, party: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${began.getFullYear()}-${two(began.getMonth() + 1)}-${two(began.getDate())}`;
  const time = `${two(began.getHours())}.${two(began.getMinutes())}.${two(began.getSeconds())}`;
  const name = shortened(party.normalize('NFC').replace(unsafe, '_').replace(/\s+/g, ' ').trim());
  // Windows drops dots and spaces at the end
  return `${day} ${time} ${name}`.replace(/[. ]+$/, '');
}

function shortened(text: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let result = '';
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > longestPartyBytes) break;
    result += character;
  }
  return result.trim();
}
