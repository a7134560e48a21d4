import { type Core, URI } from 'sip.js';
import type { Account } from '#shared/profiles/account.ts';
import { encodeUserPart } from '#shared/profiles/sip-address.ts';
import { anonymousHost } from './core-access.ts';
import type { InviteOptions } from './sip-line.ts';

/** Who we say we are in an INVITE. */
export interface CallerIdentity {
  readonly from: URI;
  /** Escaped as it stands between quotes. */
  readonly displayName: string;
  readonly headers: readonly string[];
}

const anonymousName = 'Anonymous';

/**
 * From, and the headers beside it: a number of ours that is to be shown instead of the line's own is preferred by
 * P-Preferred-Identity (RFC 3325 section 9.2); whoever wants to stay unknown says it there too, so that the server knows him,
 * and asks it not to tell (RFC 3323 section 4.1, RFC 3325 section 9.3).
 */
export function callerIdentity(
  core: Core.UserAgentCore,
  account: Account,
  { anonymous, shownNumber }: Pick<InviteOptions, 'anonymous' | 'shownNumber'>,
): CallerIdentity {
  const { aor } = core.configuration;
  const shown = shownNumber === null ? aor : new URI('sip', encodeUserPart(shownNumber), aor.host, aor.port);
  const preferred = `P-Preferred-Identity: <${shown.toString()}>`;
  if (anonymous)
    return { from: new URI('sip', 'anonymous', anonymousHost), displayName: anonymousName, headers: ['Privacy: id', preferred] };
  return { from: shown, displayName: quotable(account.displayName), headers: shownNumber === null ? [] : [preferred] };
}

/** The line's own name and number. */
export function ownIdentity(core: Core.UserAgentCore, account: Account): CallerIdentity {
  return callerIdentity(core, account, { anonymous: false, shownNumber: null });
}

/** sip.js puts quotes around a display name and nothing else. */
export function quotable(displayName: string): string {
  return displayName.replace(/["\\]/g, '\\$&');
}

/** sip.js puts the line's name into every request of every dialog: not into those of a call whose caller is unknown. */
export function keepAnonymous(core: Core.UserAgentCore): void {
  const make = core.makeOutgoingRequestMessage.bind(core);
  core.makeOutgoingRequestMessage = (method, requestUri, fromUri, toUri, options, extraHeaders, body) =>
    make(
      method,
      requestUri,
      fromUri,
      toUri,
      fromUri.host === anonymousHost ? { ...options, fromDisplayName: anonymousName } : options,
      extraHeaders,
      body,
    );
}
