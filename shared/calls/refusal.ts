import type { ErrorCode, ErrorReport } from '../errors/app-error.ts';

const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'call-refused'],
  [403, 'call-refused'],
  [404, 'number-unknown'],
  [407, 'call-refused'],
  [410, 'number-unknown'],
  [414, 'number-invalid'],
  [415, 'no-common-codec'],
  [416, 'number-invalid'],
  [484, 'number-invalid'],
  [485, 'number-unknown'],
  [488, 'no-common-codec'],
  [604, 'number-unknown'],
  [606, 'no-common-codec'],
]);

/** Answers that are no fault of anything: busy (486, 600), nobody there (408, 480), declined (603, RFC 8197: 607, 608). */
const ordinary: ReadonlySet<number> = new Set([408, 480, 486, 600, 603, 607, 608]);

/**
 * What a final answer of 300 and above to an INVITE means to the person who dialled (RFC 3261 section 21).
 * @param number what was dialled, for the sentence
 * @returns null when the answer is an ordinary outcome of a call and no error
 */
export function refusalError(status: number, reason: string, number: string): ErrorReport | null {
  if (ordinary.has(status)) return null;
  return {
    code: codes.get(status) ?? (status >= 500 && status < 600 ? 'server-error' : 'call-refused'),
    details: { status, reason, number },
  };
}
