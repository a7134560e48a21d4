import { reasonPhrase } from './reason-phrases.ts';

/** What a NOTIFY of a referral says about the request that was asked for (RFC 3515 section 2.4.5). */
export interface SipfragStatus {
  /** 100 to 699. */
  readonly status: number;
  /** A stranger's text; empty when the line had none. */
  readonly reason: string;
}

/**
 * Reads the status line of a `message/sipfrag` body (RFC 3420). Tolerant: empty lines in front, lines ended by LF, a status
 * line without a reason, headers behind it.
 * @returns undefined when the body does not begin with a status line: it says nothing about the outcome
 */
export function parseSipfrag(body: string): SipfragStatus | undefined {
  const match = /^\s*SIP\/2\.0[ \t]+([1-6]\d\d)(?:[ \t]+([^\r\n]*))?(?:\r?\n|$)/i.exec(body.slice(0, 1024));
  return match === null ? undefined : { status: Number(match[1]), reason: (match[2] ?? '').trim() };
}

/** The body that tells this status. */
export function writeSipfrag(status: number): string {
  return `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`;
}
