import type { Core, URI } from 'sip.js';

/** Reasons of RFC 5806 section 4. */
export type DiversionReason = 'unconditional' | 'user-busy' | 'no-answer' | 'deflection';

/**
 * Headers of a 302: where the call should go, and that we sent it there. Diversions that it had before stay below ours
 * (RFC 5806 section 4.1).
 */
export function divertedContact(
  core: Core.UserAgentCore,
  invite: Core.IncomingRequestMessage,
  target: URI,
  why: DiversionReason,
): string[] {
  const former = invite.getHeaders('Diversion').map((value) => `Diversion: ${value}`);
  return [`Contact: <${target.toRaw()}>`, `Diversion: <${core.configuration.aor.toRaw()}>;reason=${why};counter=1`, ...former];
}
