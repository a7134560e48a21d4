import type { Party } from '#shared/calls/call.ts';
import type { CallEvent } from '#shared/calls/call-state.ts';
import { sameNumber } from '#shared/people/number-match.ts';

/** The name a person's own contacts have for a number; undefined when they have none. */
export type NameOf = (number: string) => string | undefined;

/** A name of the person's own contacts wins over what the far end says of itself. */
export function named(party: Party, nameOf: NameOf): Party {
  const own = nameOf(party.number);
  return own === undefined ? party : { ...party, displayName: own };
}

export function namedOrNull(party: Party | null, nameOf: NameOf): Party | null {
  return party === null ? null : named(party, nameOf);
}

/** Somebody who is dialled. `target` is a number or a SIP URI. */
export function partyOfTarget(target: string, nameOf: NameOf): Party {
  const number = target.replace(/^sips?:/i, '');
  return { displayName: nameOf(number) ?? '', number, uri: target };
}

/** The far end's news with everybody in it by the name that the person knows them by. */
export function withNames<E extends CallEvent>(event: E, before: Party, nameOf: NameOf): E {
  switch (event.type) {
    case 'established':
      return event.remote === null ? event : { ...event, remote: renamed(event.remote, before, nameOf) };
    case 'remote-changed':
      return { ...event, remote: renamed(event.remote, before, nameOf) };
    case 'redirected':
      return { ...event, to: named(event.to, nameOf) };
    case 'cancelled':
    case 'rejected':
      return { ...event, who: namedOrNull(event.who, nameOf) };
    case 'referral-received':
      return { ...event, referral: { to: named(event.referral.to, nameOf), by: namedOrNull(event.referral.by, nameOf) } };
    default:
      return event;
  }
}

/** A far end that only changes the spelling of its number keeps its name. */
function renamed(party: Party, before: Party, nameOf: NameOf): Party {
  const known = named(party, nameOf);
  const isSame = known.number === before.number || sameNumber(known.number, before.number);
  return known.displayName === '' && isSame ? { ...known, displayName: before.displayName } : known;
}
