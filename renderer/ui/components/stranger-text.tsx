import { displayText } from '#shared/people/display-text.ts';

/** Text that came from outside: cleaned, and isolated so that its writing direction stays its own. */
export function StrangerText({ text }: { readonly text: string }) {
  return <bdi>{displayText(text)}</bdi>;
}
