import { Core } from 'sip.js';
import { ReceivedChallenges } from './digest-challenges.ts';
import type { DigestCredentials } from './digest-credentials.ts';

/** The seam at which the core of sip.js asks for credentials; one object for each request, all backed by the account's. */
class AccountAuthentication extends Core.DigestAuthentication {
  readonly #credentials: DigestCredentials;
  readonly #core: Core.UserAgentCore;
  #header = '';

  constructor(core: Core.UserAgentCore, credentials: DigestCredentials) {
    super(core.loggerFactory, undefined, undefined, undefined);
    this.#core = core;
    this.#credentials = credentials;
  }

  /** True when `toString` now holds credentials and the request may be repeated with them. */
  override authenticate(request: Core.OutgoingRequestMessage, challenges: unknown): boolean {
    if (!(challenges instanceof ReceivedChallenges)) return false;
    const { method, ruri, body } = request;
    const value = this.#credentials.answer(
      request,
      { method, uri: ruri.toRaw(), body: body?.body ?? '' },
      challenges.header,
      challenges.values,
    );
    if (value === undefined) return false;
    challenges.markAnswered();
    this.#header = value;
    takeSequenceNumber(this.#core, request);
    return true;
  }

  override toString(): string {
    return this.#header;
  }
}

/**
 * The repeated request needs the next number of its dialog. sip.js counts on by itself, and tells the dialog only of a re-INVITE:
 * without this the request after a challenged BYE, INFO, UPDATE, PRACK or REFER would have the same number again.
 */
function takeSequenceNumber(core: Core.UserAgentCore, request: Core.OutgoingRequestMessage): void {
  if (request.method === 'INVITE' || (request.toTag ?? '') === '') return;
  const dialog = core.dialogs.get(`${request.callId}${request.fromTag}${request.toTag}`);
  if (dialog?.localSequenceNumber === undefined) return;
  dialog.incrementLocalSequenceNumber();
  // sip.js is about to add one
  request.cseq = dialog.localSequenceNumber - 1;
}

/** Puts an account's credentials into a core: challenges are answered by them, and requests carry them unasked as soon as the realm is known. */
export function useCredentials(core: Core.UserAgentCore, credentials: DigestCredentials): void {
  core.configuration.authenticationFactory = () => new AccountAuthentication(core, credentials);
  const make = core.makeOutgoingRequestMessage.bind(core);
  core.makeOutgoingRequestMessage = (method, requestUri, fromUri, toUri, options, extraHeaders, body) => {
    const request = make(method, requestUri, fromUri, toUri, options, extraHeaders, body);
    const insideDialog = (options.toTag ?? '') !== '';
    const unasked = credentials.preempt({ method, uri: request.ruri.toRaw(), body: body?.content ?? '' }, insideDialog);
    if (unasked !== undefined) request.setHeader(unasked.header, unasked.value);
    return request;
  };
}
