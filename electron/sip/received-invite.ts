import type { Core } from 'sip.js';
import { readAutoAnswer } from '#shared/sip/auto-answer.ts';
import { calledParty, callingParty, redirectingParty } from '#shared/sip/identity.ts';
import { headersOf } from './core-access.ts';
import type { SipCallEvent } from './sip-line.ts';

/** What an INVITE says about the call that it begins. */
export function readInvite(
  core: Core.UserAgentCore,
  message: Core.IncomingRequestMessage,
): Pick<Extract<SipCallEvent, { type: 'invite-received' }>, 'remote' | 'redirectedBy' | 'calledAs' | 'autoAnswer'> {
  const { aor, contact } = core.configuration;
  const headers = headersOf(message);
  return {
    remote: callingParty(headers),
    redirectedBy: redirectingParty(headers),
    calledAs: calledParty(headers, [aor.user ?? '', contact.uri.user ?? '']),
    autoAnswer: readAutoAnswer(headers),
  };
}
