import type { SipCallEvent } from './sip-line.ts';

/** A SipCallEvent without the call's id. */
export type CallNews = SipCallEvent extends infer E ? (E extends SipCallEvent ? Omit<E, 'call'> : never) : never;
