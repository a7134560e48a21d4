import type { ErrorReport } from '../errors/app-error.ts';
import type { Contract, EventName, EventValue, Params, RequestName, Result } from './contract.ts';

/** How a reply crosses the door: errors travel as reports, because Electron flattens thrown errors to text. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorReport };

/** The one object that a preload exposes to its page, as `window.commute`. */
export interface Bridge<C extends Contract> {
  request<N extends RequestName<C>>(name: N, params: Params<C, N>): Promise<Reply<Result<C, N>>>;
  /** Returns the function that unsubscribes. */
  on<N extends EventName<C>>(name: N, listener: (value: EventValue<C, N>) => void): () => void;
}
