import type { ErrorReport } from '../errors/app-error.ts';
import { findHeader } from '../sip/find-header.ts';
import type { SipResponse } from '../sip/message.ts';
import { parseDeltaSeconds } from '../sip/parse-delta-seconds.ts';
import { type BindingList, readBindingList } from './binding-list.ts';
import type { ContactIdentity } from './own-contact.ts';

/** Why the credentials for a challenge were not sent, or did not help. */
export type CredentialsOutcome =
  | 'not-challenged'
  /** Sent and refused; sending them again would only lock the account. */
  | 'wrong-password'
  | 'password-missing'
  /** The challenge names a realm that is not the account's. */
  | 'foreign-realm'
  /** Only weaker algorithms than the server used before. */
  | 'downgraded'
  /** No algorithm or quality of protection that we know, or no readable challenge at all. */
  | 'unsupported'
  /** More than three rounds for one request. */
  | 'too-many-rounds';

/** What the answer to a REGISTER means for the registration machine. */
export type RegisterVerdict =
  | { readonly kind: 'accepted'; readonly expiresSeconds: number; readonly bound: BindingList }
  | { readonly kind: 'retry'; readonly error: ErrorReport; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'refused'; readonly error: ErrorReport };

export interface RegisterQuestion {
  /** Host of the server asked, for the error's sentence. */
  readonly host: string;
  /** User part of the address of record. */
  readonly user: string;
  readonly identity: ContactIdentity;
  /** User part of our own Contact; undefined for a REGISTER without one. */
  readonly contactUser: string | undefined;
  readonly requestedSeconds: number;
}

const longestExpiresSeconds = 86_400;

/** Reads a final answer to REGISTER. Any nonsense in it yields a verdict, never an exception. */
export function readRegisterAnswer(response: SipResponse, question: RegisterQuestion, credentials: CredentialsOutcome): RegisterVerdict {
  const { status } = response;
  if (status < 300) return readAccepted(response, question);
  const retryAfterSeconds = readRetryAfter(findHeader(response.headers, 'Retry-After'));
  const details = { host: question.host, user: question.user, status, reason: response.reason };
  if (status === 401 || status === 407) return readChallengeOutcome(credentials, details);
  if (status === 404 || status === 410 || status === 604) return { kind: 'refused', error: { code: 'user-unknown', details } };
  const error: ErrorReport = { code: errorCodeOf(status), details };
  if (status !== 403 && (retryAfterSeconds !== undefined || isTemporary(status))) return { kind: 'retry', error, retryAfterSeconds };
  return { kind: 'refused', error: { code: 'registration-refused', details } };
}

/** No header is undefined; one without a readable number counts as a minute (RFC 3261 section 20.33). */
function readRetryAfter(value: string | undefined): number | undefined {
  return value === undefined ? undefined : (parseDeltaSeconds(value) ?? 60);
}

function errorCodeOf(status: number): 'server-busy' | 'server-error' | 'connection-timed-out' {
  if (status === 503 || status === 480 || status === 486 || status === 600) return 'server-busy';
  return status === 408 || status === 504 ? 'connection-timed-out' : 'server-error';
}

function isTemporary(status: number): boolean {
  return (
    status === 408 ||
    status === 430 ||
    status === 480 ||
    status === 491 ||
    (status >= 500 && status < 600 && status !== 501 && status !== 505 && status !== 513)
  );
}

function readChallengeOutcome(credentials: CredentialsOutcome, details: ErrorReport['details']): RegisterVerdict {
  switch (credentials) {
    case 'wrong-password':
    case 'password-missing':
      return { kind: 'refused', error: { code: 'wrong-password', details } };
    case 'too-many-rounds':
      return { kind: 'retry', error: { code: 'server-error', details: { ...details, cause: credentials } }, retryAfterSeconds: undefined };
    case 'not-challenged':
    case 'foreign-realm':
    case 'downgraded':
    case 'unsupported':
      return { kind: 'refused', error: { code: 'registration-refused', details: { ...details, cause: credentials } } };
  }
}

function readAccepted(response: SipResponse, { identity, contactUser, requestedSeconds }: RegisterQuestion): RegisterVerdict {
  const bound = readBindingList(response.contacts, identity, contactUser);
  const granted = readGranted(bound.own?.parameters.get('expires')) ?? readGranted(findHeader(response.headers, 'Expires'));
  return { kind: 'accepted', expiresSeconds: Math.min(granted ?? requestedSeconds, longestExpiresSeconds), bound };
}

/** 0 counts as not said: the binding was just accepted. */
function readGranted(value: string | null | undefined): number | undefined {
  const seconds = parseDeltaSeconds(value);
  return seconds === 0 ? undefined : seconds;
}
