import type { z } from 'zod';

/** One request: what the asking side sends and what it gets back. */
export interface RequestSpec<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly params: P;
  readonly result: R;
}

/** A contract names every request that crosses one door and every event that comes back. Anything else is refused. */
export interface Contract {
  readonly requests: Readonly<Record<string, RequestSpec>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

export type RequestName<C extends Contract> = keyof C['requests'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type Params<C extends Contract, N extends RequestName<C>> = z.infer<C['requests'][N]['params']>;
export type Result<C extends Contract, N extends RequestName<C>> = z.infer<C['requests'][N]['result']>;
export type EventValue<C extends Contract, N extends EventName<C>> = z.infer<C['events'][N]>;

/** Keeps the literal types of a request's schemas. */
export function request<P extends z.ZodType, R extends z.ZodType>(params: P, result: R): RequestSpec<P, R> {
  return { params, result };
}

/** Keeps the literal names of a contract. */
export function defineContract<const C extends Contract>(contract: C): C {
  return contract;
}
