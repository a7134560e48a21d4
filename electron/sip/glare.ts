import type { Random } from '#shared/util/random.ts';
import type { DialogRequest } from './request-intake.ts';

/** How long to wait after a 491, in steps of 10 ms: the owner of the Call-ID 2.1 to 4 s, the other 0 to 2 s (RFC 3261 section 14.1). */
export function glareDelayMs(ownsCallId: boolean, random: Random): number {
  const [least, steps] = ownsCallId ? [2100, 191] : [0, 201];
  return least + Math.floor(random.fraction() * steps) * 10;
}

/** Their offer comes while another one of theirs is unanswered: 500, to be repeated in 0 to 10 seconds (RFC 3261 section 14.2, RFC 3311 section 5.2). */
export function retryLater({ random }: { readonly random: Random }, request: DialogRequest): void {
  request.reject({ statusCode: 500, extraHeaders: [`Retry-After: ${Math.floor(random.fraction() * 11)}`] });
}
