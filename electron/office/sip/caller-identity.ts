import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest, SipUri } from '#shared/sip/message.ts';
import { percentDecode } from '#shared/sip/parse-uri.ts';
import type { DigestGuard } from './digest-guard.ts';
import type { Flow } from './flow.ts';
import { addressList, header } from './header-edits.ts';
import type { LocationService } from './location-service.ts';
import type { Refusal } from './stage.ts';

/** Who sends a request outside of dialogs. */
export interface Caller {
  readonly user: string;
  /** The number that callees are shown: their own, or one that they may speak for. */
  readonly shown: string;
  /** Callees are not shown it (RFC 3323 `id`, RFC 3325 section 9.3). */
  readonly hidden: boolean;
}

interface CallerIdentityOptions {
  readonly guard: DigestGuard;
  readonly location: LocationService;
  /** Other numbers that a user may show. */
  readonly alsoSpeaksFor: (user: string) => readonly string[];
}

/** Finds out who sends, and in whose name (RFC 3261 section 16.3, RFC 3325 section 5). */
export class CallerIdentity {
  readonly #options: CallerIdentityOptions;

  constructor(options: CallerIdentityOptions) {
    this.#options = options;
  }

  /** The registered user of the flow, or whoever proves it now. From must name them, a number of theirs, or nobody. */
  identify(request: SipRequest, flow: Flow): Caller | Refusal {
    const wish = isAnonymous(request.from.uri) ? undefined : userOf(request.from.uri);
    const known = flow.trustedUser === undefined ? this.#options.location.usersOf(flow) : [flow.trustedUser];
    const preferred = addressList(request.headers, 'P-Preferred-Identity').map(({ uri }) => userOf(uri))[0];
    const user = wish === undefined ? (known.find((candidate) => candidate === preferred) ?? known[0]) : this.#ownerOf(wish, known);
    if (user !== undefined) return this.#caller(request, user, wish, preferred);
    const { guard } = this.#options;
    const verdict = guard.verify(findHeaders(request.headers, 'Proxy-Authorization'), request.method, request.uri.text);
    if (verdict.kind === 'accepted') {
      const proved = wish === undefined ? verdict.user : this.#ownerOf(wish, [verdict.user]);
      return proved === undefined ? { status: 403 } : this.#caller(request, proved, wish, preferred);
    }
    const challenges = guard.challenges(verdict.kind === 'stale').map((value) => header('Proxy-Authenticate', value));
    return { status: 407, headers: challenges };
  }

  #ownerOf(number: string, users: readonly string[]): string | undefined {
    return users.find((user) => this.#maySpeakFor(user, number));
  }

  #maySpeakFor(user: string, number: string): boolean {
    return user === number || this.#options.alsoSpeaksFor(user).includes(number);
  }

  #caller(request: SipRequest, user: string, wish: string | undefined, preferred: string | undefined): Caller {
    const shown = [preferred, wish].find((number) => number !== undefined && this.#maySpeakFor(user, number)) ?? user;
    return { user, shown, hidden: wantsPrivacy(request.headers) };
  }
}

/** Whether a message asks that the identity of its sender be withheld. */
export function wantsPrivacy(headers: readonly HeaderField[]): boolean {
  return findHeaders(headers, 'Privacy').some((value) => /(^|;)\s*id\s*(;|$)/i.test(value));
}

/** An address that names nobody (RFC 3323 section 4.1.1.3). */
export function isAnonymous(uri: SipUri): boolean {
  return uri.host === 'anonymous.invalid' || uri.user?.toLowerCase() === 'anonymous';
}

/** The number that a URI names: user part without escapes, or the digits of a tel URI. */
export function userOf(uri: SipUri): string {
  const user = percentDecode(uri.user ?? '');
  return uri.scheme === 'tel' ? user.replace(/[-.()]/g, '') : user;
}
