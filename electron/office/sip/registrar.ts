import { findHeader } from '#shared/sip/find-header.ts';
import type { HeaderField, NameAddress, SipRequest } from '#shared/sip/message.ts';
import { percentDecode } from '#shared/sip/parse-uri.ts';
import type { Clock } from '#shared/util/clock.ts';
import { header, optionTags } from './header-edits.ts';
import type { Flow } from './flow.ts';
import type { Binding, LocationService } from './location-service.ts';
import type { RouteTokens } from './route-tokens.ts';

export interface Verdict {
  readonly status: number;
  readonly headers: readonly HeaderField[];
}

const minExpiresSeconds = 30;
const maxExpiresSeconds = 3600;
const defaultExpiresSeconds = 600;
const maxDevicesPerUser = 10;

interface RegistrarOptions {
  readonly location: LocationService;
  readonly tokens: RouteTokens;
  readonly clock: Clock;
}

/** Carries out a REGISTER whose sender has proved to be `user` (RFC 3261 section 10.3 from step 6 on, RFC 5626 section 6). */
export class Registrar {
  readonly #options: RegistrarOptions;

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  register(request: SipRequest, user: string, flow: Flow): Verdict {
    if (request.contactStar) return this.#removeAll(request, user);
    const fallback = secondsOf(findHeader(request.headers, 'Expires')) ?? defaultExpiresSeconds;
    const wanted = request.contacts.map((contact) => ({ contact, seconds: secondsOf(contact.parameters.get('expires')) ?? fallback }));
    if (wanted.some(({ seconds }) => seconds > 0 && seconds < minExpiresSeconds)) {
      return { status: 423, headers: [header('Min-Expires', minExpiresSeconds)] };
    }
    const changes = wanted.map(({ contact, seconds }) =>
      this.#bindingFor(request, user, flow, contact, Math.min(seconds, maxExpiresSeconds)),
    );
    if (changes.some(({ binding }) => this.#isOutdated(binding))) return { status: 500, headers: [] };
    const added = changes.filter(({ binding, removal }) => !removal && this.#options.location.find(user, binding.device) === undefined);
    if (this.#options.location.bindingsOf(user).length + added.length > maxDevicesPerUser) return { status: 403, headers: [] };
    for (const { binding, removal } of changes) {
      if (removal) this.#options.location.remove(binding);
      else this.#options.location.put(binding);
    }
    return this.#bindingList(request, user);
  }

  #bindingFor(
    request: SipRequest,
    user: string,
    flow: Flow,
    contact: NameAddress,
    seconds: number,
  ): { binding: Binding; removal: boolean } {
    const device = this.#deviceOf(user, contact);
    const binding: Binding = {
      user,
      device,
      contactUri: contact.uri.text,
      contact: contactValue(contact),
      token: this.#options.tokens.mint(`device ${user} ${device}`),
      flow,
      callId: request.callId,
      sequence: request.cseq.sequence,
      expiresAtMs: this.#options.clock.monotonicMs() + seconds * 1000,
    };
    return { binding, removal: seconds === 0 };
  }

  /** Without an instance a Contact is known by its URI, also when it was bound with one (RFC 3261 section 10.3 step 7). */
  #deviceOf(user: string, contact: NameAddress): string {
    const instance = contact.parameters.get('+sip.instance');
    if (instance !== undefined && instance !== null) return `instance ${instance} ${contact.parameters.get('reg-id') ?? ''}`;
    const known = this.#options.location.bindingsOf(user).find(({ contactUri }) => contactUri === contact.uri.text);
    return known?.device ?? `uri ${percentDecode(contact.uri.text)}`;
  }

  /** A REGISTER that was overtaken by a later one of the same client must not undo it. */
  #isOutdated(binding: Binding): boolean {
    const present = this.#options.location.find(binding.user, binding.device);
    return present !== undefined && present.callId === binding.callId && present.sequence >= binding.sequence;
  }

  #removeAll(request: SipRequest, user: string): Verdict {
    const alone = request.contacts.length === 0 && findHeader(request.headers, 'Expires')?.trim() === '0';
    if (!alone) return { status: 400, headers: [] };
    for (const binding of this.#options.location.bindingsOf(user)) this.#options.location.remove(binding);
    return this.#bindingList(request, user);
  }

  #bindingList(request: SipRequest, user: string): Verdict {
    const nowMs = this.#options.clock.monotonicMs();
    const contacts = this.#options.location
      .bindingsOf(user)
      .map(({ contact, expiresAtMs }) => header('Contact', `${contact};expires=${Math.ceil((expiresAtMs - nowMs) / 1000)}`));
    const outbound = optionTags(request.headers, 'Supported').includes('outbound') ? [header('Require', 'outbound')] : [];
    return { status: 200, headers: [...contacts, ...outbound] };
  }
}

function contactValue(contact: NameAddress): string {
  let value = `<${contact.uri.text}>`;
  for (const [name, parameter] of contact.parameters) {
    if (name === 'expires') continue;
    value +=
      parameter === null
        ? `;${name}`
        : `;${name}=${/^[\w.!%*+`'~-]+$/.test(parameter) ? parameter : `"${parameter.replace(/[\\"]/g, '\\$&')}"`}`;
  }
  return value;
}

/** Seconds of an Expires value; undefined when there is none or it is not a number (RFC 3261 section 10.3 step 6). */
function secondsOf(value: string | null | undefined): number | undefined {
  if (value === undefined || value === null || !/^\d+$/.test(value.trim())) return undefined;
  return Math.min(Number(value), 2 ** 32 - 1);
}
