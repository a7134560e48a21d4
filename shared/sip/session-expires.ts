import type { HeaderValues } from './identity.ts';
import { parseDeltaSeconds } from './parse-delta-seconds.ts';
import { parseParameters } from './parse-parameters.ts';
import { listsToken } from './token-list.ts';

/**
 * The arithmetic of session timers (RFC 4028): a session that nobody refreshes within its interval has ended, even when no BYE
 * ever arrived. All times in seconds unless their name says otherwise.
 */

/** No interval below this one may be asked for (RFC 4028 section 4). */
export const leastSessionSeconds = 90;
/** What we ask for ourselves (RFC 4028 section 7.1 recommends half an hour). */
export const usualSessionSeconds = 1800;
/** Longer intervals are cut to this: they would find no ghost within a working day. */
const longestSessionSeconds = 86_400;
/** Refreshing more often than that helps nobody, whatever the far end wrote. */
const leastRefreshMs = 10_000;

/** Who refreshes, as seen by the request that carries the header. */
export type Refresher = 'uac' | 'uas';

/** The interval of a session, as seen by one end. */
export interface SessionInterval {
  readonly seconds: number;
  readonly weRefresh: boolean;
}

/** Session-Expires (RFC 4028 section 4); undefined when there is none that can be read. */
export function readSessionExpires(headers: HeaderValues): { readonly seconds: number; readonly refresher: Refresher | null } | undefined {
  const value = headers('Session-Expires')[0];
  const seconds = parseDeltaSeconds(value);
  if (value === undefined || seconds === undefined) return undefined;
  const semicolon = value.indexOf(';');
  const refresher = (semicolon < 0 ? undefined : parseParameters(value.slice(semicolon)))?.get('refresher')?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null };
}

/** Min-SE; undefined when there is none that can be read. */
export function readMinSe(headers: HeaderValues): number | undefined {
  return parseDeltaSeconds(headers('Min-SE')[0]);
}

/**
 * Whether a request must be refused with 422 and `Min-SE`: its interval is too short, and its sender can repeat it
 * (RFC 4028 section 9).
 */
export function isTooBrief(headers: HeaderValues): boolean {
  const wanted = readSessionExpires(headers);
  return wanted !== undefined && wanted.seconds < leastSessionSeconds && listsToken(headers, 'Supported', 'timer');
}

/**
 * What our 2xx to a request says about the timer (RFC 4028 section 9, table 2), and what holds for us from then on. No timer
 * unless the request or a proxy on its way asked for one.
 */
export function answerSessionTimer(request: HeaderValues): { readonly interval: SessionInterval | null; readonly headers: string[] } {
  const wanted = readSessionExpires(request);
  if (wanted === undefined || wanted.seconds < leastSessionSeconds) return { interval: null, headers: [] };
  const seconds = Math.min(wanted.seconds, Math.max(longestSessionSeconds, readMinSe(request) ?? 0));
  const callerCan = listsToken(request, 'Supported', 'timer');
  const refresher = callerCan ? (wanted.refresher ?? 'uac') : 'uas';
  return {
    interval: { seconds, weRefresh: refresher === 'uas' },
    headers: [...(callerCan ? ['Require: timer'] : []), `Session-Expires: ${seconds};refresher=${refresher}`],
  };
}

/** What holds after a 2xx to a request of ours; null: the session does not expire (RFC 4028 section 7.2). */
export function acceptedSessionTimer(response: HeaderValues): SessionInterval | null {
  const agreed = readSessionExpires(response);
  if (agreed === undefined || agreed.seconds === 0) return null;
  // a far end that refreshes has to say so; nobody else can be meant by silence
  return { seconds: agreed.seconds, weRefresh: agreed.refresher !== 'uas' };
}

/**
 * Headers of a request of ours that may refresh the session: INVITE, re-INVITE, UPDATE (RFC 4028 section 7.1 and 7.4).
 * @param interval what holds now; null in a session without timer; undefined in the first INVITE
 * @param minSe what a 422 asked for, or 0
 */
export function sessionTimerHeaders(interval: SessionInterval | null | undefined, minSe: number): string[] {
  if (interval === null) return [];
  const seconds = Math.max(interval?.seconds ?? usualSessionSeconds, minSe);
  const refresher = interval === undefined ? '' : `;refresher=${interval.weRefresh ? 'uac' : 'uas'}`;
  return [`Session-Expires: ${seconds}${refresher}`, ...(minSe > leastSessionSeconds ? [`Min-SE: ${minSe}`] : [])];
}

/** What to ask for after a 422; undefined when its demand is no sensible one. */
export function raisedMinSe(response: HeaderValues, formerMinSe: number): number | undefined {
  const minSe = readMinSe(response);
  return minSe === undefined || minSe <= formerMinSe || minSe > longestSessionSeconds ? undefined : minSe;
}

/** When the one who refreshes does so: after half of the interval. */
export function refreshAfterMs({ seconds }: SessionInterval): number {
  return Math.max(leastRefreshMs, seconds * 500);
}

/**
 * When the session has ended without a refresh. The one who refreshes tries until the last moment; the other one hangs up the
 * smaller of 32 seconds and a third of the interval before (RFC 4028 section 10).
 */
export function expiresAfterMs({ seconds, weRefresh }: SessionInterval): number {
  const bounded = Math.max(leastSessionSeconds, seconds);
  return weRefresh ? bounded * 1000 : (bounded - Math.min(32, bounded / 3)) * 1000;
}
