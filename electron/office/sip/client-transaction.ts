import type { SipResponse } from '#shared/sip/message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { FlowTable } from './flow-table.ts';

export interface ClientTransactionOptions {
  readonly branch: string;
  readonly method: string;
  /** Where the request goes, and later what belongs to it. */
  readonly targetToken: string;
  readonly message: Uint8Array;
  /** Builds the ACK to a final answer above 2xx (RFC 3261 section 17.1.1.3); INVITE only. */
  readonly acknowledge?: (response: SipResponse) => Uint8Array;
  readonly onResponse: (response: SipResponse) => void;
  /** Nobody answered in time, or there is no flow to send on. */
  readonly onTimeout: () => void;
  readonly clock: Clock;
  readonly flows: FlowTable;
  readonly onTerminated: () => void;
}

/** Timers B and F of RFC 3261, and timer M of RFC 6026. */
const silenceMs = 32_000;

/**
 * One request that the office sent on.
 *
 *   calling --1xx--> proceeding --final--> terminated
 *      |                 '--2xx to INVITE--> accepted --timer M--> terminated   (further 2xx are passed on)
 *      '--timer B or F--> terminated                       (an INVITE in `proceeding` has timer C of the proxy instead)
 */
export class ClientTransaction implements Disposable {
  readonly #options: ClientTransactionOptions;
  #state: 'calling' | 'proceeding' | 'accepted' | 'terminated' = 'calling';
  #timer: Disposable | undefined;

  constructor(options: ClientTransactionOptions) {
    this.#options = options;
  }

  start(): void {
    const { flows, targetToken, message, clock, onTimeout } = this.#options;
    // one turn later at the earliest: whoever opens several branches must have them all before the first one fails
    const reachable = flows.flowOf(targetToken) !== undefined;
    this.#timer = clock.schedule(reachable ? silenceMs : 0, () => {
      this.#terminate();
      onTimeout();
    });
    flows.flowOf(targetToken)?.send(message);
  }

  receive(response: SipResponse): void {
    const invite = this.#options.method === 'INVITE';
    const { status } = response;
    if (status < 200) {
      if (this.#state === 'accepted') return;
      this.#state = 'proceeding';
      if (invite) this.#timer?.dispose();
    } else if (invite && status < 300) {
      if (this.#state !== 'accepted') {
        this.#state = 'accepted';
        this.#timer?.dispose();
        this.#timer = this.#options.clock.schedule(silenceMs, () => this.#terminate());
      }
    } else {
      if (this.#state === 'accepted') return;
      const acknowledgement = this.#options.acknowledge?.(response);
      if (acknowledgement !== undefined) this.#options.flows.flowOf(this.#options.targetToken)?.send(acknowledgement);
      this.#terminate();
    }
    this.#options.onResponse(response);
  }

  /** Gives up waiting; nothing is called any more. */
  abandon(): void {
    this.#terminate();
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
