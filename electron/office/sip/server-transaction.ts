import type { HeaderField, SipRequest } from '#shared/sip/message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { responseHeaders, withReceived } from './header-edits.ts';

interface ServerTransactionOptions {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly sourceToken: string;
  readonly flows: FlowTable;
  readonly clock: Clock;
  readonly newTag: () => string;
  readonly onTerminated: () => void;
}

/** Timer H of RFC 3261: how long the ACK to a refused INVITE may take. */
const ackWaitMs = 32_000;

/**
 * One request that somebody sent to the office.
 *
 *   proceeding --2xx--> terminated
 *       |------other final--> terminated          (not INVITE)
 *       '------other final--> completed --ACK or timer H--> terminated   (INVITE)
 */
export class ServerTransaction implements Disposable {
  readonly request: SipRequest;
  /** The flow that the request came on; its answers go there, or where its client went meanwhile. */
  readonly flow: Flow;
  readonly sourceToken: string;
  readonly #options: ServerTransactionOptions;
  #state: 'proceeding' | 'completed' | 'terminated' = 'proceeding';
  #timer: Disposable | undefined;

  constructor(options: ServerTransactionOptions) {
    this.#options = options;
    this.request = options.request;
    this.flow = options.flow;
    this.sourceToken = options.sourceToken;
  }

  get answered(): boolean {
    return this.#state !== 'proceeding';
  }

  /** Answers in the office's own name. */
  reply(status: number, headers: readonly HeaderField[] = [], reason?: string): void {
    const { request, flow, newTag } = this.#options;
    const base = responseHeaders(withReceived(request.headers, flow.remoteAddress), status === 100 ? undefined : newTag());
    this.send(status, serializeResponse({ status, ...(reason === undefined ? {} : { reason }), headers: [...base, ...headers] }));
  }

  /** Sends an answer that is written already. More than one 2xx may follow: each is another dialog of a forked INVITE. */
  send(status: number, message: Uint8Array): void {
    const success = status >= 200 && status < 300;
    if (this.answered && !(success && this.request.method === 'INVITE' && this.#state === 'terminated')) return;
    const { flow, flows, sourceToken } = this.#options;
    (flow.isOpen ? flow : flows.flowOf(sourceToken))?.send(message);
    if (status < 200 || this.answered) return;
    if (this.request.method === 'INVITE' && !success) {
      this.#state = 'completed';
      this.#timer = this.#options.clock.schedule(ackWaitMs, () => this.#terminate());
    } else this.#terminate();
  }

  /** ACK to a final answer above 2xx. */
  acknowledge(): void {
    if (this.#state === 'completed') this.#terminate();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#state = 'terminated';
  }

  #terminate(): void {
    this.dispose();
    this.#options.onTerminated();
  }
}
