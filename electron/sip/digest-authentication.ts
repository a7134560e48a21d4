import { Core } from 'sip.js';
import { ReceivedChallenges } from './digest-challenges.ts';
import type { DigestCredentials } from './digest-credentials.ts';

/** The seam at which the core of sip.js asks for credentials; one object for each request, all backed by the account's. */
class AccountAuthentication extends Core.DigestAuthentication {
  readonly #credentials: DigestCredentials;
  readonly #onAnswered: (request: Core.OutgoingRequestMessage) => void;
  #header = '';

  constructor(
    loggerFactory: Core.LoggerFactory,
    credentials: DigestCredentials,
    onAnswered: (request: Core.OutgoingRequestMessage) => void,
  ) {
    super(loggerFactory, undefined, undefined, undefined);
    this.#credentials = credentials;
    this.#onAnswered = onAnswered;
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
    this.#onAnswered(request);
    return true;
  }

  override toString(): string {
    return this.#header;
  }
}

/**
 * Puts an account's credentials into a core: challenges are answered by them, and requests carry them unasked as soon as the
 * realm is known.
 * @param onAnswered told of every request that goes out again with an answer to its challenge
 */
export function useCredentials(
  core: Core.UserAgentCore,
  credentials: DigestCredentials,
  onAnswered: (request: Core.OutgoingRequestMessage) => void,
): void {
  core.configuration.authenticationFactory = () => new AccountAuthentication(core.loggerFactory, credentials, onAnswered);
  const make = core.makeOutgoingRequestMessage.bind(core);
  core.makeOutgoingRequestMessage = (method, requestUri, fromUri, toUri, options, extraHeaders, body) => {
    const request = make(method, requestUri, fromUri, toUri, options, extraHeaders, body);
    const insideDialog = (options.toTag ?? '') !== '';
    const unasked = credentials.preempt({ method, uri: request.ruri.toRaw(), body: body?.content ?? '' }, insideDialog);
    if (unasked !== undefined) request.setHeader(unasked.header, unasked.value);
    return request;
  };
}
