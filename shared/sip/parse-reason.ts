import { readDigits, splitAtCommas } from './characters.ts';
import { parseParameters } from './parse-parameters.ts';

/** One value of a Reason header (RFC 3326), e.g. `SIP;cause=200;text="Call completed elsewhere"`. */
export interface ReasonValue {
  /** Upper case: `SIP`, `Q.850` ... */
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string | undefined;
}

/** Reads a Reason header with one or more values; values that cannot be read are left out. */
export function parseReason(value: string): ReasonValue[] {
  const reasons: ReasonValue[] = [];
  for (const element of splitAtCommas(value)) {
    const semicolon = element.indexOf(';');
    const protocol = (semicolon < 0 ? element : element.slice(0, semicolon)).trim().toUpperCase();
    const parameters = semicolon < 0 ? undefined : parseParameters(element.slice(semicolon));
    const cause = parameters?.get('cause') ?? '';
    if (protocol !== '') {
      reasons.push({ protocol, cause: readDigits(cause, 0, cause.length, 999), text: parameters?.get('text') ?? undefined });
    }
  }
  return reasons;
}
