import type { DiallingSettings } from '../settings/call-settings.ts';

/** Emergency numbers of the world that servers are told to route; a server's own list is entered in the settings and wins. */
export const defaultEmergencyNumbers: readonly string[] = ['000', '110', '111', '112', '118', '119', '911', '999'];

/** The numbers in force: never guessed by a pattern. */
export function emergencyNumbers({ added, removed }: DiallingSettings['emergency']): readonly string[] {
  return [...new Set([...defaultEmergencyNumbers.filter((number) => !removed.includes(number)), ...added])];
}

/**
 * Whether these digits call for help: an emergency number as it is, or behind the prefix of an outside line.
 * @param digits without separators
 */
export function isEmergency(digits: string, { emergency, outsidePrefix }: Pick<DiallingSettings, 'emergency' | 'outsidePrefix'>): boolean {
  const numbers = emergencyNumbers(emergency);
  return numbers.includes(digits) || (outsidePrefix !== '' && numbers.some((number) => digits === outsidePrefix + number));
}

/** Emergency numbers that could as well be extensions of this server, by their length: a person should look whether that is so. */
export function emergencyOverlaps({
  emergency,
  internalLength,
}: Pick<DiallingSettings, 'emergency' | 'internalLength'>): readonly string[] {
  return emergencyNumbers(emergency).filter((number) => number.length <= internalLength);
}
