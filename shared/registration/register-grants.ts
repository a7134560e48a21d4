import { findHeader, findHeaders } from '../sip/find-header.ts';
import type { SipResponse, SipUri } from '../sip/message.ts';
import { parseAuthenticationInfo } from '../sip/parse-auth-header.ts';
import { parseDeltaSeconds } from '../sip/parse-delta-seconds.ts';
import { parseNameAddressList } from '../sip/parse-name-address.ts';
import { parseUri } from '../sip/parse-uri.ts';
import { isPresent } from './binding-list.ts';
import type { ContactIdentity } from './own-contact.ts';

/** What a registrar gives along with a binding. */
export interface RegisterGrants {
  /** Route headers for requests that begin something (RFC 3608); empty when there are none. */
  readonly serviceRoute: readonly string[];
  /** Addresses under which this one device is reached from everywhere, openly and unrecognised (RFC 5627 section 4.2). */
  readonly publicGruu: SipUri | undefined;
  readonly temporaryGruu: SipUri | undefined;
  /** The flow is dead for the server after so many seconds of silence (RFC 5626 section 4.4). */
  readonly flowTimerSeconds: number | undefined;
  /** Nonces for the next request (RFC 7616 section 3.5): of the registrar, and of the proxy before it (RFC 7615). */
  readonly nextNonce: { readonly authorization: string | undefined; readonly 'proxy-authorization': string | undefined };
}

/** Reads the 2xx to a REGISTER; what is no sense in it is left out. */
export function readGrants(response: SipResponse, identity: ContactIdentity, contactUser: string): RegisterGrants {
  const { headers } = response;
  const own = response.contacts.find((contact) => isPresent(contact, identity, contactUser));
  const flowTimer = parseDeltaSeconds(findHeader(headers, 'Flow-Timer'));
  const nonceOf = (name: string): string | undefined => parseAuthenticationInfo(findHeader(headers, name) ?? '').get('nextnonce');
  return {
    serviceRoute: readServiceRoute(findHeaders(headers, 'Service-Route')),
    publicGruu: readGruu(own?.parameters.get('pub-gruu')),
    temporaryGruu: readGruu(own?.parameters.get('temp-gruu')),
    flowTimerSeconds: flowTimer === 0 ? undefined : flowTimer,
    nextNonce: { authorization: nonceOf('Authentication-Info'), 'proxy-authorization': nonceOf('Proxy-Authentication-Info') },
  };
}

/** All of them or none: a route that is followed in part leads nowhere. Only loose routers may be named (RFC 3608 section 5). */
function readServiceRoute(values: readonly string[]): string[] {
  const routers = values.flatMap(parseNameAddressList);
  const isLoose = ({ uri }: { readonly uri: SipUri }): boolean =>
    (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.parameters.has('lr');
  return routers.every(isLoose) ? routers.map(({ uri }) => `<${uri.text}>`) : [];
}

function readGruu(value: string | null | undefined): SipUri | undefined {
  const uri = typeof value === 'string' ? parseUri(value) : undefined;
  // without a user part nothing could tell that it is ours
  return uri?.scheme === 'sip' && uri.user !== undefined && uri.parameters.has('gr') ? uri : undefined;
}
