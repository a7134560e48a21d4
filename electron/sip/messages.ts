import type { Core } from 'sip.js';
import { AppError, type ErrorDetails } from '#shared/errors/app-error.ts';
import { callingParty } from '#shared/sip/identity.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallContext } from './call-context.ts';
import { headersOf } from './core-access.ts';
import { dialUri } from './dial-uri.ts';
import type { MessageReceived } from './sip-line.ts';

/** Longer texts are no pager messages (RFC 3428 section 8); in characters. */
const longestText = 4096;

/** Pager messages of a line (RFC 3428). Ours go outside of every dialog; others are taken wherever they come. */
export class Messages implements Disposable {
  readonly received = new Emitter<MessageReceived>();
  readonly #context: CallContext;
  readonly #unanswered = new Set<(error: AppError) => void>();

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Answers it, and tells of it when it says anything. */
  receive(request: Core.IncomingMessageRequest): void {
    const { message } = request;
    const text = message.body ?? '';
    if (text.length > longestText) {
      request.reject({ statusCode: 413 });
      return;
    }
    request.accept();
    if (text.trim() !== '') this.received.fire({ from: callingParty(headersOf(message)), text });
  }

  /** @throws AppError `message-not-delivered` when the far end or the server did not take it */
  send(target: string, text: string): Promise<void> {
    const { core } = this.#context;
    const { aor } = core.configuration;
    const failure = (details: ErrorDetails): AppError =>
      new AppError('message-not-delivered', { details: { ...details, name: target, number: target } });
    const uri = dialUri(target, aor.host);
    if (uri === undefined) return Promise.reject(failure({ status: 484 }));
    if (text.length > longestText) return Promise.reject(failure({ status: 413 }));
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        this.#unanswered.delete(reject);
        action();
      };
      const refused = ({ message }: Core.IncomingResponse): void =>
        settle(() => reject(failure({ status: message.statusCode ?? 500, reason: message.reasonPhrase ?? '' })));
      this.#unanswered.add(reject);
      const request = core.makeOutgoingRequestMessage('MESSAGE', uri, aor, uri, {}, [], {
        contentDisposition: 'render',
        contentType: 'text/plain;charset=UTF-8',
        content: text,
      });
      core.message(request, { onAccept: () => settle(resolve), onReject: refused, onRedirect: refused });
    });
  }

  dispose(): void {
    for (const reject of this.#unanswered) reject(new AppError('not-registered'));
    this.#unanswered.clear();
    this.received.dispose();
  }
}
