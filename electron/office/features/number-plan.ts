import { parkingSlots } from '#shared/calls/parking-slots.ts';
import { practicePeople } from '#shared/people/practice-people.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';

const { codes, parkSlots } = featureCodePresets.asterisk;

/** Who a call to one of these is put to: it waits in the first place that is free. */
export const parkNumber = codes.park;
export const conferenceNumber = '8000';
export const voicemailNumber = '87';
/** Confirms codes; nobody can call it. */
export const attendantNumber = 'attendant';

/** Numbers that ring several people together. Whoever belongs to one may show it to those they call. */
const groups: ReadonlyMap<string, readonly string[]> = new Map([['20', ['13', '14']]]);

/** Members of a group; undefined when the number is none. */
export function membersOf(number: string): readonly string[] | undefined {
  return groups.get(number);
}

/** Numbers that somebody may show instead of their own: of their groups; the park shows its places. */
export function alsoSpeaksFor(number: string): readonly string[] {
  if (number === parkNumber) return parkingPlaces();
  return [...groups].filter(([, members]) => members.includes(number)).map(([group]) => group);
}

/** Parking places, the first one first. */
export function parkingPlaces(): readonly string[] {
  return parkingSlots(parkSlots);
}

/** Everybody may pick up the calls of everybody of these. */
export function isInPickupGroup(number: string): boolean {
  return practicePeople.some(({ numbers }) => numbers.includes(number));
}
