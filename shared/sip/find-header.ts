import { canonicalHeaderName } from './header-names.ts';
import type { HeaderField } from './message.ts';

/** Value of the first header of that name (any case, or a compact form); undefined when there is none. */
export function findHeader(headers: readonly HeaderField[], name: string): string | undefined {
  const wanted = canonicalHeaderName(name);
  const folded = wanted.toLowerCase();
  return headers.find((field) => field.name === wanted || field.name.toLowerCase() === folded)?.value;
}

/** Values of all headers of that name, in order. */
export function findHeaders(headers: readonly HeaderField[], name: string): string[] {
  const folded = canonicalHeaderName(name).toLowerCase();
  return headers.filter((field) => field.name.toLowerCase() === folded).map((field) => field.value);
}
