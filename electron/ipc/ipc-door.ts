import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { z } from 'zod';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import type { Reply } from '#shared/ipc/bridge.ts';
import type { Contract, EventName, EventValue, Params, RequestName, Result } from '#shared/ipc/contract.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';

/** One function for each request of a contract. What it throws reaches the window as an error report. */
export type Handlers<C extends Contract> = {
  readonly [N in RequestName<C>]: (params: Params<C, N>) => Result<C, N> | Promise<Result<C, N>>;
};

export interface Guest<C extends Contract> {
  /** For the log: `ui`, `toast`. */
  readonly role: string;
  /** The one page that may speak, without query and fragment. */
  readonly url: string;
  readonly contract: C;
  readonly handlers: Handlers<C>;
}

const requestChannel = 'commute:request';
const eventChannel = 'commute:event';

const envelopeSchema = z.object({ name: z.string().max(64), params: z.unknown() });

/**
 * The one door between windows and main. A window is let in with one contract; everything else that knocks (another frame,
 * another page, an unknown name, arguments that do not fit) is refused with a typed error and a line in the log.
 */
export class IpcDoor implements Disposable {
  readonly #logger: Logger;
  readonly #guests = new Map<number, Guest<Contract>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  start(): void {
    ipcMain.handle(requestChannel, (event, envelope: unknown) => this.#onRequest(event, envelope));
  }

  dispose(): void {
    ipcMain.removeHandler(requestChannel);
    this.#guests.clear();
  }

  /** Lets a window's page speak by a contract until the result is disposed or the window is gone. */
  admit<C extends Contract>(contents: WebContents, guest: Guest<C>): Disposable {
    const { id } = contents;
    this.#guests.set(id, guest);
    const leave = toDisposable(() => this.#guests.delete(id));
    contents.once('destroyed', () => leave.dispose());
    return leave;
  }

  async #onRequest(event: IpcMainInvokeEvent, envelope: unknown): Promise<Reply<unknown>> {
    try {
      const guest = this.#guestOf(event);
      const { name, params } = this.#parse(envelopeSchema, envelope, 'envelope');
      const spec = Object.hasOwn(guest.contract.requests, name) ? guest.contract.requests[name] : undefined;
      const handler = Object.hasOwn(guest.handlers, name) ? guest.handlers[name] : undefined;
      if (spec === undefined || handler === undefined)
        throw new AppError('request-refused', { details: { request: name, role: guest.role } });
      const value = await handler(this.#parse(spec.params, params, name));
      return { ok: true, value };
    } catch (error) {
      const report = reportOf(error);
      const isBug = !(error instanceof AppError) || error.kind === 'bug';
      this.#logger[isBug ? 'error' : 'info']('A request failed', {
        code: report.code,
        why: isBug && error instanceof Error ? (error.stack ?? '') : '',
      });
      return { ok: false, error: report };
    }
  }

  #guestOf(event: IpcMainInvokeEvent): Guest<Contract> {
    const guest = this.#guests.get(event.sender.id);
    const frame = event.senderFrame;
    const isOwnPage = guest !== undefined && frame !== null && frame === event.sender.mainFrame && withoutQuery(frame.url) === guest.url;
    if (!isOwnPage) {
      this.#logger.warn('Refused a request from a stranger', { url: frame?.url ?? '', contents: event.sender.id });
      throw new AppError('request-refused', { details: { reason: 'stranger' } });
    }
    return guest;
  }

  #parse<S extends z.ZodType>(schema: S, value: unknown, name: string): z.infer<S> {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new AppError('request-invalid', { details: { request: name, field: issue?.path.join('.') ?? '', problem: issue?.code ?? '' } });
  }
}

/** Sends one event of a contract to a window, if it still lives. */
export function sendEvent<C extends Contract, N extends EventName<C>>(
  contents: WebContents,
  _contract: C,
  name: N,
  value: EventValue<C, N>,
): void {
  if (!contents.isDestroyed()) contents.send(eventChannel, { name, value });
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
