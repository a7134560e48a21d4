import type { HeaderField } from '#shared/sip/message.ts';
import type { DiversionReason, Hop } from './forwarding.ts';

/** Values of the `cause` parameter (RFC 4458, RFC 7044 section 10.2). */
const causes: Readonly<Record<DiversionReason, number>> = {
  unconditional: 302,
  'user-busy': 486,
  'no-answer': 408,
  deflection: 480,
  'do-not-disturb': 486,
};

/**
 * Tells the callee how the call came: History-Info (RFC 7044) of all numbers on the way, and a Diversion (RFC 5806) of each that
 * sent it on, the last one on top. Empty for a call that came straight.
 * @param left numbers on the way, the dialled one first
 * @param addressOf name and address of a number, as a `name-addr`
 */
export function redirectionHeaders(left: readonly Hop[], last: string, addressOf: (number: string) => string): HeaderField[] {
  if (left.length === 0) return [];
  const diversions = left.map(({ number, reason }) => ({ name: 'Diversion', value: `${addressOf(number)};reason=${reason};counter=1` }));
  return [...historyInfo([...left, { number: last, reason: undefined }], addressOf), ...diversions.reverse()];
}

/** Tells the members of a group for whom the call came (RFC 7044, P-Called-Party-ID of RFC 7315). */
export function groupHeaders(group: string, left: readonly Hop[], member: string, addressOf: (number: string) => string): HeaderField[] {
  const way = [...left, { number: group, reason: undefined }, { number: member, reason: undefined }];
  const diversions = redirectionHeaders(left, group, addressOf).filter(({ name }) => name === 'Diversion');
  return [...historyInfo(way, addressOf), ...diversions, { name: 'P-Called-Party-ID', value: addressOf(group) }];
}

interface Entry {
  readonly number: string;
  /** Undefined when the number did not send the call on. */
  readonly reason: DiversionReason | undefined;
}

function historyInfo(way: readonly Entry[], addressOf: (number: string) => string): HeaderField[] {
  return way.map(({ number, reason }, depth) => {
    const before = way[depth - 1];
    const cause = before?.reason === undefined ? '' : `;cause=${causes[before.reason]}`;
    const why = reason === undefined ? '' : `?Reason=${encodeURIComponent(`SIP;cause=${causes[reason]}`)}`;
    const address = addressOf(number).replace(/>$/, `${cause}${why}>`);
    const mapped = before === undefined ? '' : `;mp=${indexAt(depth - 1)}`;
    return { name: 'History-Info', value: `${address};index=${indexAt(depth)}${mapped}` };
  });
}

/** `1`, `1.1`, `1.1.1` ... */
function indexAt(depth: number): string {
  return ['1', ...Array.from({ length: depth }, () => '1')].join('.');
}
