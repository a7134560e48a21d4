import { type Core, URI } from 'sip.js';
import { bracketed } from '#shared/profiles/sip-address.ts';
import { allowHeader } from './core-access.ts';

export interface BindingIdentity {
  /** `urn:uuid:...`; the same for the life of this installation. */
  readonly instance: string;
  /** One Call-ID for all REGISTERs of this user agent (RFC 3261 section 10.2). */
  readonly callId: string;
}

export interface RegisterWish {
  readonly sequence: number;
  readonly expiresSeconds: number;
  /** Whether the binding names its flow (RFC 5626). */
  readonly outbound: boolean;
}

/**
 * The REGISTER that binds our Contact to the address of record, or with `expiresSeconds` 0 takes this one binding back
 * (RFC 3261 section 10.2, RFC 5626 section 4.2). Other bindings of the line are never touched.
 */
export function registerRequest(
  core: Core.UserAgentCore,
  identity: BindingIdentity,
  { sequence, expiresSeconds, outbound }: RegisterWish,
): Core.OutgoingRequestMessage {
  const { aor, contact } = core.configuration;
  const registrar = new URI('sip', '', bracketed(aor.host), aor.port);
  const binding = `<${contact.uri.toRaw()}>;+sip.instance="<${identity.instance}>"${outbound ? ';reg-id=1' : ''};expires=${expiresSeconds}`;
  return core.makeOutgoingRequestMessage(
    'REGISTER',
    registrar,
    aor,
    aor,
    { callId: identity.callId, cseq: sequence, optionTags: [...(outbound ? ['outbound'] : []), 'path', 'gruu'], routeSet: [] },
    [`Contact: ${binding}`, `Expires: ${expiresSeconds}`, allowHeader],
  );
}
