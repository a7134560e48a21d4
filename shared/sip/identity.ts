import type { Party } from '../calls/call.ts';
import type { NameAddress } from './message.ts';
import { parseNameAddress, parseNameAddressList } from './parse-name-address.ts';
import { parseReason } from './parse-reason.ts';
import { percentDecode } from './parse-uri.ts';

/** The values of a header of one message, in order; empty when it has none. */
export type HeaderValues = (name: string) => readonly string[];

/**
 * Who is at the far end of an INVITE: P-Asserted-Identity (RFC 3325), else From, else Remote-Party-ID, which older servers send in its
 * place. Every field is empty when nobody says anything. Call it only for messages that came by the flow to our own proxy: from anywhere
 * else an asserted identity is worth nothing.
 */
export function callingParty(headers: HeaderValues): Party {
  const from = parseNameAddress(headers('From')[0] ?? '');
  const caller = from === undefined ? unknownParty : partyOf(from);
  const stated = assertedParty(headers) ?? (caller.number === '' ? remoteParty(headers) : null);
  if (stated === null) return caller;
  return { ...stated, displayName: stated.displayName === '' ? caller.displayName : stated.displayName };
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

/**
 * Whom the caller wanted, when that is not simply us: P-Called-Party-ID (RFC 7315), the first entry of History-Info (RFC 7044), the bottom
 * Diversion (RFC 5806), To. The first of these that names somebody else is taken.
 * @param own user parts that are us: of the address of record and of our Contact, to which some servers rewrite To. A number that ends with
 *   one of more than one digit is ours as well: the extension behind its direct dial-in number.
 */
export function calledParty(headers: HeaderValues, own: readonly string[]): Party | null {
  const candidates = [
    headers('P-Called-Party-ID').flatMap(parseNameAddressList)[0],
    headers('History-Info').flatMap(parseNameAddressList)[0],
    headers('Diversion').flatMap(parseNameAddressList).at(-1),
    parseNameAddress(headers('To')[0] ?? ''),
  ];
  for (const candidate of candidates) {
    const party = candidate === undefined ? unknownParty : partyOf(candidate);
    if (party.number !== '' && !own.some((user) => isOwnNumber(party.number, user))) return party;
  }
  return null;
}

/** Who took or refused a call in our place, as the server says it in the CANCEL or BYE; null when it does not. */
export function answeredElsewhereBy(headers: HeaderValues): Party | null {
  const stated = assertedParty(headers) ?? remoteParty(headers);
  if (stated !== null) return stated;
  const text = headers('Reason')
    .flatMap(parseReason)
    .map((reason) => /\bby\s+(\S.*)$/i.exec(reason.text ?? '')?.[1])
    .find((name) => name !== undefined);
  return text === undefined ? null : { ...unknownParty, displayName: safeText(text) };
}

/** Whether a CANCEL or BYE says that another device took the call (RFC 3326 with SIP cause 200, or Q.850 cause 26). */
export function saysAnsweredElsewhere(headers: HeaderValues): boolean {
  return headers('Reason')
    .flatMap(parseReason)
    .some(({ protocol, cause }) => (protocol === 'SIP' && cause === 200) || (protocol === 'Q.850' && cause === 26));
}

/** Whether a final answer says that the call was cleared in the normal course, as who hangs up does, and not refused (RFC 6432, Q.850 cause 16). */
export function saysCleared(headers: HeaderValues): boolean {
  return headers('Reason')
    .flatMap(parseReason)
    .some(({ protocol, cause }) => protocol === 'Q.850' && cause === 16);
}

/** Remote-Party-ID (an expired draft that Cisco, Asterisk and others kept), unless it asks not to be shown. */
function remoteParty(headers: HeaderValues): Party | null {
  const stated = headers('Remote-Party-ID')
    .flatMap(parseNameAddressList)
    .find(({ parameters }) => {
      const privacy = parameters.get('privacy')?.toLowerCase() ?? 'off';
      const party = parameters.get('party')?.toLowerCase() ?? 'calling';
      return privacy === 'off' && party !== 'called';
    });
  return stated === undefined ? null : partyOf(stated);
}

function isOwnNumber(number: string, own: string): boolean {
  const user = percentDecode(own);
  if (number.toLowerCase() === user.toLowerCase()) return true;
  return /^\d{2,}$/.test(user) && /^\+?\d+$/.test(number) && number.endsWith(user);
}

const unknownParty: Party = { displayName: '', number: '', uri: '' };

/** Control characters, and the ones that turn the direction of text around: they could make a caller look like another. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A stranger's words on one line, cut to length, without characters that could make them look like other words. */
export function safeText(text: string, maxLength = 256): string {
  return text.replace(unsafe, '').trim().slice(0, maxLength);
}

/** A stranger's address as it may be shown: cut to length, without control characters. */
export function partyOf(address: NameAddress): Party {
  const { uri } = address;
  const anonymous = uri.host === 'anonymous.invalid' || uri.user?.toLowerCase() === 'anonymous';
  const user = (uri.user ?? '').replace(/;.*$/, '');
  const number = uri.scheme === 'tel' ? user.replace(/[-.()\s]/g, '') : percentDecode(user);
  return {
    displayName: safeText(address.displayName),
    number: anonymous ? '' : number.replace(unsafe, '').slice(0, 256),
    uri: uri.text.slice(0, 1024),
  };
}
