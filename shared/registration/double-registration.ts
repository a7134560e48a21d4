import type { OtherContact } from './other-contact.ts';
import type { RegistrationStatus } from './registration.ts';

/** How many devices that may stay are remembered; the oldest goes first. */
const mostKept = 32;

/**
 * Other devices of this number about which the person has not decided yet. Only a line that rings here asks: one that stands by has left
 * ringing to the others, and one that another device took over says so itself.
 * @param kept keys of devices that may stay
 */
export function undecidedDevices(status: RegistrationStatus, kept: readonly string[]): readonly OtherContact[] {
  return status.phase === 'registered' ? status.others.filter(({ key }) => !kept.includes(key)) : [];
}

/** The keys to be remembered when these devices may stay as well. */
export function keepDevices(kept: readonly string[], devices: readonly OtherContact[]): string[] {
  const added = devices.map(({ key }) => key).filter((key) => !kept.includes(key));
  return [...kept, ...new Set(added)].slice(-mostKept);
}
