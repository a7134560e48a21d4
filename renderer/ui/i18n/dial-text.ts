import { readDial, type DialReading } from '#shared/calls/dial-plan.ts';
import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import type { Texts } from './text.ts';

/** What Enter would do with what was typed: the number as it will be dialled. */
export function dialText({ t }: Texts, { kind, shown }: Extract<DialReading, { ok: true }>): string {
  return t(`search.dial.${kind}`, { number: shown });
}

/** What is wrong with a number to which calls are to be sent, as a sentence. */
export function forwardFault({ t, error }: Texts, typed: string, dialling: DiallingSettings): string | undefined {
  const read = readDial(typed, dialling);
  if (!read.ok) return error(read.error).next;
  return read.kind === 'emergency' ? t('availability.emergencyFault', { number: read.target }) : undefined;
}
