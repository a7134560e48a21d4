import type { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import type { EventName, EventValue, Params, RequestName, Result } from '#shared/ipc/contract.ts';
import { mediaContract, type MediaContract } from '#shared/ipc/media-contract.ts';
import { type MediaWindowMessage, mediaWindowMessageSchema } from '#shared/ipc/media-wire.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaChannel } from './media-channel.ts';

type Requests = RequestName<MediaContract>;
type Events = EventName<MediaContract>;

interface Pending {
  readonly name: Requests;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Disposable;
}

export interface MediaLinkOptions {
  readonly channel: MediaChannel;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Numbered requests to the media window and its events; everything that comes back is validated by the contract. */
export class MediaLink implements Disposable {
  readonly #channel: MediaChannel;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #pending = new Map<number, Pending>();
  readonly #events: { readonly [N in Events]: Emitter<EventValue<MediaContract, N>> } = {
    ready: new Emitter(),
    'peer-state': new Emitter(),
    'devices-changed': new Emitter(),
    'microphone-failed': new Emitter(),
    'microphone-recovered': new Emitter(),
    'recording-data': new Emitter(),
    'recording-failed': new Emitter(),
  };
  #subscription: Disposable | undefined;
  #lastNumber = 0;

  constructor({ channel, clock, logger }: MediaLinkOptions) {
    this.#channel = channel;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#subscription = this.#channel.onMessage((message) => this.#receive(message));
  }

  on<N extends Events>(name: N): Event<EventValue<MediaContract, N>> {
    return this.#events[name].event;
  }

  /**
   * @param timeoutMs how long the window may take
   * @throws AppError what the window reports; `media-failed` when it does not answer in time or goes away
   */
  request<N extends Requests>(name: N, params: Params<MediaContract, N>, timeoutMs: number): Promise<Result<MediaContract, N>> {
    const number = ++this.#lastNumber;
    const reply = new Promise<unknown>((resolve, reject) => {
      const timer = this.#clock.schedule(timeoutMs, () => {
        this.#pending.delete(number);
        reject(new AppError('media-failed', { details: { what: `no reply to ${name}`, timeoutMs } }));
      });
      this.#pending.set(number, { name, resolve, reject, timer });
    });
    this.#channel.send({ kind: 'request', number, name, params });
    // the schema under `name` has accepted the value by then
    return reply as Promise<Result<MediaContract, N>>;
  }

  /** The window is gone: nothing that was asked will be answered. */
  rejectAll(reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { name, reject, timer } of pending) {
      timer.dispose();
      reject(new AppError('media-failed', { details: { what: `${name} lost`, reason } }));
    }
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.rejectAll('disposed');
    for (const emitter of Object.values(this.#events)) emitter.dispose();
  }

  #receive(raw: unknown): void {
    const message = mediaWindowMessageSchema.safeParse(raw);
    if (!message.success) {
      this.#logger.error('The media window sent something that is no message');
    } else if (message.data.kind === 'event') {
      this.#receiveEvent(message.data.name, message.data.value);
    } else {
      this.#receiveReply(message.data);
    }
  }

  #receiveReply(reply: Extract<MediaWindowMessage, { kind: 'reply' }>): void {
    const pending = this.#pending.get(reply.number);
    if (pending === undefined) return;
    this.#pending.delete(reply.number);
    pending.timer.dispose();
    if (!reply.ok) {
      pending.reject(new AppError(reply.error.code, { details: reply.error.details }));
      return;
    }
    const value = mediaContract.requests[pending.name].result.safeParse(reply.value);
    if (value.success) pending.resolve(value.data);
    else
      pending.reject(new AppError('internal', { kind: 'bug', details: { what: `invalid reply to ${pending.name}` }, cause: value.error }));
  }

  #receiveEvent(name: string, value: unknown): void {
    if (isEvent(name)) this.#fire(name, value);
    else this.#logger.error('The media window sent an unknown event', { name: name.slice(0, 64) });
  }

  #fire<N extends Events>(name: N, value: unknown): void {
    // a table of schemas loses the tie between name and value; this gives it back
    const schema: z.ZodType = mediaContract.events[name];
    const parsed = schema.safeParse(value);
    if (parsed.success) this.#events[name].fire(parsed.data as EventValue<MediaContract, N>);
    else this.#logger.error('The media window sent an invalid event', { name });
  }
}

function isEvent(name: string): name is Events {
  return Object.hasOwn(mediaContract.events, name);
}
