/** Control characters (C0, DEL, C1) and the separators that would break a line. */
const breaking = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu;
/** Bidirectional marks, embeddings, overrides and isolates; zero-width fillers; the invisible tag block. */
const invisible = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** More marks on one letter than any language writes: they would paint over the lines above and below. */
const piledMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * A stranger's text as it may be shown: one line, no character that reorders or hides its neighbours, well-formed
 * UTF-16, at most `maxLength` code points. Joiners (U+200C, U+200D) stay: languages and emoji need them.
 */
export function displayText(text: string, maxLength = 256): string {
  const clean = text.toWellFormed().replace(breaking, ' ').replace(invisible, '').replace(piledMarks, '$1').replace(/\s+/gu, ' ').trim();
  const points = [...clean];
  return points.length <= maxLength ? clean : `${points.slice(0, maxLength - 1).join('')}…`;
}

/** What to call somebody: the display name, else the number, else the address; cleaned for display. */
export function partyName(party: { readonly displayName: string; readonly number: string; readonly uri: string }): string {
  return displayText(party.displayName) || displayText(party.number) || displayText(party.uri);
}
