import type { ErrorReport } from '../errors/app-error.ts';
import type { DiallingSettings } from '../settings/call-settings.ts';
import { readDialTarget } from './dial-target.ts';
import { isEmergency } from './emergency.ts';
import { type Interpretation, interpretNumber, writtenForms } from './numbering.ts';

export type DialKind = 'internal' | 'external' | 'code' | 'emergency' | 'address';

/**
 * `target`: digits, `*`, `#` and a leading `+`, or a SIP URI, as `SipLine.invite` takes it. `shown`: the same for the eye; read again, it
 * gives the same target.
 */
export type DialReading =
  | { readonly ok: true; readonly target: string; readonly kind: DialKind; readonly shown: string }
  | { readonly ok: false; readonly error: ErrorReport };

/**
 * What will be dialled for what a person typed or pasted. Emergency numbers, codes with `*` or `#`, and SIP addresses come before every
 * rule and stay exactly as they are; without a country numbers stay as typed. A target read again gives itself.
 */
export function readDial(typed: string, dialling: DiallingSettings): DialReading {
  const read = readDialTarget(typed);
  if (!read.ok) return read;
  const { target } = read;
  if (/^sips?:/i.test(target)) return asTyped(target, 'address');
  if (isEmergency(target, dialling)) return asTyped(target, 'emergency');
  if (/[*#]/.test(target)) return asTyped(target, 'code');
  const meaning = interpretNumber(target, dialling);
  if (meaning.kind === 'internal') return asTyped(target, 'internal');
  if (meaning.kind === 'prefixed') return prefixed(target, meaning, dialling);
  const outside = outsideTarget(target, meaning, dialling);
  const again = interpretNumber(outside, dialling);
  if (again.kind === 'prefixed') return prefixed(outside, again, dialling);
  const number = again.kind === 'external' ? again.number : undefined;
  return { ok: true, target: outside, kind: 'external', shown: number?.number === outside ? number.formatInternational() : outside };
}

/** The first form that is understood as the same number when it is read again; else what was typed. */
function outsideTarget(
  digits: string,
  { number, typed }: Extract<Interpretation, { kind: 'external' }>,
  dialling: DiallingSettings,
): string {
  if (number === undefined) return digits;
  const { outsidePrefix } = dialling;
  const { usual, international } = outsidePrefix === '' ? {} : writtenForms(number, dialling);
  const behindPrefix = outsidePrefix === '' ? [] : [usual, typed === 'national' ? digits : undefined, international];
  const candidates = behindPrefix.flatMap((form) => (form === undefined ? [] : [outsidePrefix + form]));
  return [...candidates, number.number].find((candidate) => meansTheSame(candidate, number.number, dialling)) ?? digits;
}

function meansTheSame(candidate: string, wanted: string, dialling: DiallingSettings): boolean {
  if (isEmergency(candidate, dialling)) return false;
  const again = interpretNumber(candidate, dialling);
  if (again.kind === 'internal' || again.number?.number !== wanted) return false;
  return again.kind === 'prefixed' || candidate.startsWith('+');
}

function prefixed(target: string, { number }: Extract<Interpretation, { kind: 'prefixed' }>, dialling: DiallingSettings): DialReading {
  const { outsidePrefix } = dialling;
  const behind = target.slice(outsidePrefix.length);
  const national = number.formatNational();
  const shown = national.replace(/\D/g, '') === behind ? national : behind;
  return { ok: true, target, kind: 'external', shown: `${outsidePrefix} ${shown}` };
}

function asTyped(target: string, kind: DialKind): DialReading {
  return { ok: true, target, kind, shown: target };
}
