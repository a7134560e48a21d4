import type { Party } from '../calls/call.ts';
import type { NameAddress } from './message.ts';
import { parseNameAddress, parseNameAddressList } from './parse-name-address.ts';
import { parseParameters } from './parse-parameters.ts';
import { percentDecode } from './parse-uri.ts';

/** The values of a header of one message, in order; empty when it has none. */
export type HeaderValues = (name: string) => readonly string[];

/**
 * Who is at the far end of an INVITE. P-Asserted-Identity (RFC 3325) wins over From. Call it only for messages that came by
 * the flow to our own proxy: from anywhere else an asserted identity is worth nothing.
 */
export function callingParty(headers: HeaderValues): Party {
  const from = parseNameAddress(headers('From')[0] ?? '');
  const caller = from === undefined ? unknownParty : partyOf(from);
  const asserted = assertedParty(headers);
  if (asserted === null) return caller;
  return { ...asserted, displayName: asserted.displayName === '' ? caller.displayName : asserted.displayName };
}

/** The asserted identity of a response or request, or null. A SIP address is preferred to a telephone number. */
export function assertedParty(headers: HeaderValues): Party | null {
  const asserted = headers('P-Asserted-Identity').flatMap(parseNameAddressList);
  const best = asserted.find(({ uri }) => uri.scheme === 'sip' || uri.scheme === 'sips') ?? asserted[0];
  if (best === undefined) return null;
  const named = asserted.find(({ displayName }) => displayName !== '');
  const party = partyOf(best);
  return party.displayName === '' && named !== undefined ? { ...party, displayName: partyOf(named).displayName } : party;
}

/** Who sent the call on to us last: the top Diversion (RFC 5806), else the last retargeted entry of History-Info (RFC 7044). */
export function redirectingParty(headers: HeaderValues): Party | null {
  const diverted = headers('Diversion').flatMap(parseNameAddressList)[0];
  if (diverted !== undefined) return partyOf(diverted);
  const history = headers('History-Info').flatMap(parseNameAddressList);
  const retargeted = history.slice(0, -1).findLast(({ uri }) => [...uri.headers.keys()].some((name) => name.toLowerCase() === 'reason'));
  return retargeted === undefined ? null : partyOf(retargeted);
}

/** Whether a CANCEL or BYE says that another device took the call (RFC 3326 with SIP cause 200, or Q.850 cause 26). */
export function saysAnsweredElsewhere(headers: HeaderValues): boolean {
  return headers('Reason')
    .flatMap(splitReasons)
    .some((reason) => {
      const semicolon = reason.indexOf(';');
      if (semicolon < 0) return false;
      const protocol = reason.slice(0, semicolon).trim().toUpperCase();
      const cause = parseParameters(reason.slice(semicolon))?.get('cause');
      return (protocol === 'SIP' && cause === '200') || (protocol === 'Q.850' && cause === '26');
    });
}

/** Cuts a Reason header at its commas, but not inside a quoted text. */
function splitReasons(value: string): string[] {
  return value.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? [];
}

const unknownParty: Party = { displayName: '', number: '', uri: '' };

/** Control characters, and the ones that turn the direction of text around: they could make a caller look like another. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A stranger's address as it may be shown: cut to length, without control characters. */
export function partyOf(address: NameAddress): Party {
  const { uri } = address;
  const anonymous = uri.host === 'anonymous.invalid' || uri.user?.toLowerCase() === 'anonymous';
  const user = (uri.user ?? '').replace(/;.*$/, '');
  const number = uri.scheme === 'tel' ? user.replace(/[-.()\s]/g, '') : percentDecode(user);
  return {
    displayName: address.displayName.replace(unsafe, '').trim().slice(0, 256),
    number: anonymous ? '' : number.replace(unsafe, '').slice(0, 256),
    uri: uri.text.slice(0, 1024),
  };
}
