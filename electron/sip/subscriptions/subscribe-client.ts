import { Core, NameAddrHeader, type URI } from 'sip.js';
import { parseSubscriptionState } from '#shared/sip/event-header.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';

export interface SubscribeOptions {
  readonly target: URI;
  readonly event: string;
  /** Event, Expires, Accept, Contact ... of the first SUBSCRIBE. */
  readonly headers: readonly string[];
}

export interface SubscribeHandlers {
  /** 2xx to a SUBSCRIBE. */
  accepted(message: Core.IncomingResponseMessage): void;
  refused(message: Core.IncomingResponseMessage): void;
  /** A NOTIFY that belongs to the subscription; it is answered. */
  notified(message: Core.IncomingRequestMessage): void;
}

/**
 * The dialog of one subscription (RFC 6665 section 4.4.1): the first SUBSCRIBE, the NOTIFYs that name it, and the SUBSCRIBEs that
 * refresh or end it. sip.js makes a dialog of its own of the first NOTIFY only, and loses those that came before the answer.
 */
export class SubscribeClient implements Disposable {
  readonly #context: CallContext;
  readonly #options: SubscribeOptions;
  readonly #handlers: SubscribeHandlers;
  #first: NotifyReceiver | null = null;
  #toTag = '';
  #remoteTarget: URI | null = null;
  #routeSet: readonly string[] = [];
  #sequence = 0;
  #remoteSequence = -1;
  #disposed = false;

  constructor(context: CallContext, options: SubscribeOptions, handlers: SubscribeHandlers) {
    this.#context = context;
    this.#options = options;
    this.#handlers = handlers;
  }

  /** A NOTIFY has come: there is a dialog. */
  get isStanding(): boolean {
    return this.#remoteSequence >= 0;
  }

  subscribe(): void {
    const { core } = this.#context;
    const { target, event, headers } = this.#options;
    const message = core.makeOutgoingRequestMessage('SUBSCRIBE', target, core.configuration.aor, target, {}, [...headers]);
    const first = new NotifyReceiver(core, message, event, {
      onAccept: (response) => this.#accepted(response.message),
      onReject: (response) => this.#handlers.refused(response.message),
      onRedirect: (response) => this.#handlers.refused(response.message),
    });
    first.listen((request) => this.#receive(request));
    this.#first = first;
  }

  /** @returns false when there is no dialog yet */
  refresh(headers: readonly string[]): boolean {
    if (!this.isStanding) return false;
    this.#send(headers, {
      onAccept: ({ message }) => {
        if (!this.#disposed) this.#handlers.accepted(message);
      },
      onReject: ({ message }) => {
        if (!this.#disposed) this.#handlers.refused(message);
      },
      onRedirect: ({ message }) => {
        if (!this.#disposed) this.#handlers.refused(message);
      },
    });
    return true;
  }

  /** Ends it in good order; the last NOTIFY is still answered. To be called after `dispose`. */
  unsubscribe(headers: readonly string[]): void {
    const first = this.#first;
    if (first === null || !this.isStanding) return;
    // until the notifier has said its last word, or knows nothing of it
    first.listen((request) => {
      if (parseSubscriptionState(request.message.getHeader('Subscription-State'))?.state === 'terminated') first.silence();
      request.accept();
    });
    this.#send(headers, { onReject: () => first.silence(), onRedirect: () => first.silence() });
  }

  /** Nothing is told any more. */
  dispose(): void {
    this.#disposed = true;
    this.#first?.silence();
  }

  #send(extraHeaders: readonly string[], delegate: Core.OutgoingRequestDelegate): void {
    const { core } = this.#context;
    const first = this.#first?.message;
    if (first === undefined || this.#remoteTarget === null) return;
    this.#sequence = Math.max(this.#sequence, first.cseq) + 1;
    const message = core.makeOutgoingRequestMessage(
      'SUBSCRIBE',
      this.#remoteTarget,
      core.configuration.aor,
      this.#options.target,
      { callId: first.callId, fromTag: first.fromTag, toTag: this.#toTag, cseq: this.#sequence, routeSet: [...this.#routeSet] },
      [...extraHeaders],
    );
    core.request(message, {
      ...delegate,
      onAccept: (response) => {
        // a challenge has used up a number
        this.#sequence = Math.max(this.#sequence, message.cseq);
        delegate.onAccept?.(response);
      },
    });
  }

  #accepted(message: Core.IncomingResponseMessage): void {
    if (this.#disposed) return;
    this.#handlers.accepted(message);
  }

  #receive(request: Core.NotifyUserAgentServer): void {
    const { message } = request;
    if (this.isStanding && message.fromTag !== this.#toTag) {
      // another fork's: one notifier is enough (RFC 6665 section 4.5.2)
      request.reject({ statusCode: 481 });
      return;
    }
    if (message.cseq <= this.#remoteSequence) {
      request.reject({ statusCode: 500 });
      return;
    }
    if (!this.isStanding) {
      this.#toTag = message.fromTag;
      this.#routeSet = message.getHeaders('Record-Route');
    }
    this.#remoteSequence = message.cseq;
    const contact: unknown = message.parseHeader('Contact');
    if (contact instanceof NameAddrHeader) this.#remoteTarget = contact.uri;
    request.accept();
    this.#handlers.notified(message);
  }
}

/**
 * sip.js looks for whoever takes a NOTIFY among its own SUBSCRIBE clients, by Call-ID, tag and event. This one hands every NOTIFY on
 * for as long as somebody listens, and leaves the subscription to others.
 */
class NotifyReceiver extends Core.SubscribeUserAgentClient {
  readonly #core: Core.UserAgentCore;
  readonly #key: string;
  #listener: (request: Core.NotifyUserAgentServer) => void = (request) => request.reject({ statusCode: 481 });

  constructor(
    core: Core.UserAgentCore,
    message: Core.OutgoingRequestMessage,
    event: string,
    delegate: Core.OutgoingSubscribeRequestDelegate,
  ) {
    super(core, message, delegate);
    this.#core = core;
    this.#key = message.callId + message.fromTag + event;
  }

  listen(listener: (request: Core.NotifyUserAgentServer) => void): void {
    this.#listener = listener;
    this.#core.subscribers.set(this.#key, this);
  }

  silence(): void {
    this.#core.subscribers.delete(this.#key);
  }

  override onNotify(request: Core.NotifyUserAgentServer): void {
    this.#listener(request);
  }

  /** Called by the constructor: it would end the listening with the first answer. */
  override waitNotifyStart(): void {}

  override waitNotifyStop(): void {}
}
