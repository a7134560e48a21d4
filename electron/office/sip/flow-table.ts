import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Flow } from './flow.ts';

/**
 * Which flow leads to a route token now. Everything that is to be delivered is addressed by token and not by flow, so a
 * client that reconnected is found again in the middle of a call.
 */
export class FlowTable implements Disposable {
  readonly #flows = new Map<string, Flow>();
  readonly #lost = new Emitter<readonly string[]>();

  /** Tokens that have just lost their flow; a reconnect may bring them back. */
  readonly onLost: Event<readonly string[]> = this.#lost.event;

  get size(): number {
    return this.#flows.size;
  }

  open(flow: Flow): void {
    this.#flows.set(flow.token, flow);
  }

  close(flow: Flow): void {
    const lost: string[] = [];
    for (const [token, current] of this.#flows) if (current === flow) lost.push(token);
    for (const token of lost) this.#flows.delete(token);
    if (lost.length > 0) this.#lost.fire(lost);
  }

  /** Makes `flow` the way to `token`, instead of the one before. */
  bind(token: string, flow: Flow): void {
    if (flow.isOpen) this.#flows.set(token, flow);
  }

  unbind(token: string): void {
    this.#flows.delete(token);
  }

  flowOf(token: string): Flow | undefined {
    const flow = this.#flows.get(token);
    return flow?.isOpen === true ? flow : undefined;
  }

  dispose(): void {
    this.#flows.clear();
    this.#lost.dispose();
  }
}
