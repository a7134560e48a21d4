import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { Bridge } from '#shared/ipc/bridge.ts';
import type { Contract, EventName, EventValue, Params, RequestName, Result } from '#shared/ipc/contract.ts';
import type { ToastContract } from '#shared/ipc/toast-contract.ts';
import type { UiContract } from '#shared/ipc/ui-contract.ts';

/** A request that main refused or failed; `report` is what the person is told. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.code);
    this.report = report;
  }
}

/** The page's side of one contract. Requests reject with `RequestError` only. */
export interface Client<C extends Contract> {
  request<N extends RequestName<C>>(name: N, params: Params<C, N>): Promise<Result<C, N>>;
  /** Returns the function that unsubscribes. */
  on<N extends EventName<C>>(name: N, listener: (value: EventValue<C, N>) => void): () => void;
}

export type UiClient = Client<UiContract>;
export type ToastClient = Client<ToastContract>;

/** Turns replies into results and rejections. */
export function createClient<C extends Contract>(bridge: Bridge<C>): Client<C> {
  return {
    async request(name, params) {
      const reply = await bridge.request(name, params).catch((error: unknown) => {
        throw new RequestError({ code: 'internal', details: { request: name, what: String(error) } });
      });
      if (!reply.ok) throw new RequestError(reply.error);
      return reply.value;
    },
    on: (name, listener) => bridge.on(name, listener),
  };
}

/** What a failed request tells the person. */
export function failureReport(error: unknown): ErrorReport {
  return error instanceof RequestError ? error.report : { code: 'internal', details: { what: String(error) } };
}

/**
 * The only place that reads what the preload exposed. Which contract the object serves is decided by the preload that
 * main gave to this page; main validates every request again.
 */
export function pageBridge<C extends Contract>(): Bridge<C> {
  const exposed: unknown = Reflect.get(window, 'commute');
  if (typeof exposed !== 'object' || exposed === null) throw new Error('This page runs only inside Commute.');
  return exposed as Bridge<C>;
}
