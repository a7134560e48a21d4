import type { HeaderValues } from './identity.ts';

/** The tokens of a header that lists them, such as Supported, Require or Allow (RFC 3261 section 25.1), as they were written. */
export function tokensOf(headers: HeaderValues, name: string): string[] {
  return headers(name)
    .flatMap((value) => value.split(','))
    .map((token) => token.trim())
    .filter((token) => token !== '');
}

/** Whether the header lists the token, in capital letters or small. */
export function listsToken(headers: HeaderValues, name: string, token: string): boolean {
  return tokensOf(headers, name).some((listed) => listed.toLowerCase() === token.toLowerCase());
}
