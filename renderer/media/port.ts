import { z } from 'zod';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import type { EventName, EventValue, Params, RequestName, Result } from '#shared/ipc/contract.ts';
import type { MediaBridge } from '#shared/ipc/media-bridge.ts';
import { mediaContract, type MediaContract } from '#shared/ipc/media-contract.ts';
import { mediaRequestMessageSchema } from '#shared/ipc/media-wire.ts';

type Name = RequestName<MediaContract>;

/** One function for each request of the contract. Rejections travel to main as reports. */
export type Handlers = {
  readonly [N in Name]: (params: Params<MediaContract, N>) => Promise<Result<MediaContract, N>> | Result<MediaContract, N>;
};

/** The window's end of the media link: validates what main asks, answers it, and tells events. */
export class Port {
  readonly #bridge: MediaBridge;

  constructor(bridge: MediaBridge) {
    this.#bridge = bridge;
  }

  serve(handlers: Handlers): void {
    this.#bridge.onRequest((message) => void this.#answer(handlers, message));
  }

  emit<N extends EventName<MediaContract>>(name: N, value: EventValue<MediaContract, N>): void {
    this.#bridge.send({ kind: 'event', name, value });
  }

  async #answer(handlers: Handlers, message: unknown): Promise<void> {
    const { number, name, params } = mediaRequestMessageSchema.parse(message);
    try {
      if (!isName(name)) throw new AppError('request-invalid', { kind: 'bug', details: { name } });
      const value = await call(handlers, name, params);
      this.#bridge.send({ kind: 'reply', number, ok: true, value });
    } catch (error) {
      this.#bridge.send({ kind: 'reply', number, ok: false, error: reportOf(error) });
    }
  }
}

function isName(name: string): name is Name {
  return Object.hasOwn(mediaContract.requests, name);
}

function call<N extends Name>(handlers: Handlers, name: N, params: unknown): Promise<Result<MediaContract, N>> | Result<MediaContract, N> {
  const parsed = mediaContract.requests[name].params.safeParse(params);
  if (!parsed.success) throw new AppError('request-invalid', { kind: 'bug', details: { name, reason: z.prettifyError(parsed.error) } });
  // the schema under `name` has just accepted them
  return handlers[name](parsed.data as Params<MediaContract, N>);
}
