import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { ClientTransaction, type ClientTransactionOptions } from './client-transaction.ts';
import type { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { ServerTransaction } from './server-transaction.ts';

interface TransactionLayerOptions {
  readonly clock: Clock;
  readonly flows: FlowTable;
  /** To tags of the answers that the office itself gives. */
  readonly newTag: () => string;
}

/**
 * The transactions of RFC 3261 section 17 for reliable transports only: nothing is retransmitted, so the timers that guard
 * against loss are gone and the ones that guard against silence remain.
 */
export class TransactionLayer implements Disposable {
  readonly #options: TransactionLayerOptions;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();

  constructor(options: TransactionLayerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** The transaction that a request belongs to: its own, or for ACK and CANCEL that of the INVITE (section 17.2.3). */
  findServer(request: SipRequest, method = request.method): ServerTransaction | undefined {
    return this.#servers.get(serverKey(request, method));
  }

  openServer(request: SipRequest, flow: Flow, sourceToken: string): ServerTransaction {
    const key = serverKey(request, request.method);
    const transaction = new ServerTransaction({
      ...this.#options,
      request,
      flow,
      sourceToken,
      onTerminated: () => this.#servers.delete(key),
    });
    this.#servers.set(key, transaction);
    return transaction;
  }

  /** Sends the request to its target; the answer arrives by the given callbacks. */
  openClient(options: Omit<ClientTransactionOptions, 'clock' | 'flows' | 'onTerminated'>): ClientTransaction {
    const key = `${options.branch} ${options.method}`;
    const transaction = new ClientTransaction({ ...options, ...this.#options, onTerminated: () => this.#clients.delete(key) });
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Delivers a response; one that belongs to no transaction is dropped (a stray one says nothing to anybody). */
  receiveResponse(response: SipResponse): boolean {
    const transaction = this.#clients.get(`${response.via[0]?.branch} ${response.cseq.method}`);
    transaction?.receive(response);
    return transaction !== undefined;
  }

  dispose(): void {
    for (const transaction of [...this.#servers.values(), ...this.#clients.values()]) transaction.dispose();
    this.#servers.clear();
    this.#clients.clear();
  }
}

function serverKey(request: SipRequest, method: string): string {
  const via = request.via[0];
  return `${via?.branch} ${via?.host}:${via?.port} ${method === 'ACK' ? 'INVITE' : method}`;
}
