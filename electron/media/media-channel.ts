import type { MediaRequestMessage } from '#shared/ipc/media-bridge.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';

/** A hidden page at the other end of a pipe. Only who owns the channel decides when to open it again. */
export interface MediaChannel extends Disposable {
  /** What the page sent, not yet validated. */
  readonly onMessage: Event<unknown>;
  /** The page died or did not load. Fired once for each `open`; do not open again inside the listener. */
  readonly onGone: Event<{ readonly reason: string }>;
  /** Ends what is there, even if it hangs, and loads the page afresh. */
  open(): void;
  /** Does nothing while no page is there. */
  send(message: MediaRequestMessage): void;
}
