import { displayText } from './display-text.ts';

/** How many avatar colours the token file has. */
export const avatarHues = 6;

export interface AvatarFace {
  /** One or two letters; empty when the text has none, so that a picture of a person stands in. */
  readonly initials: string;
  /** 1 to `avatarHues`; the same name always gets the same one. */
  readonly hue: number;
}

/** Initials of first and last word, and a colour derived from the name (FNV-1a over its code points). */
export function avatarFace(name: string): AvatarFace {
  const clean = displayText(name);
  const words = clean.split(/[\s.@_,-]+/u).filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const initials = [first, last].map((word) => (word === undefined ? '' : ([...word][0] ?? ''))).join('');
  let hash = 0x811c9dc5;
  for (const character of clean) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return { initials: initials.toLocaleUpperCase(), hue: (hash % avatarHues) + 1 };
}
