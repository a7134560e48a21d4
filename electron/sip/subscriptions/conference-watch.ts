import type { URI } from 'sip.js';
import type { Roster } from '#shared/calls/call.ts';
import { type ConferenceState, mergeConferenceInfo, parseConferenceInfo, rosterOf } from '#shared/sip/conference-info.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { CallContext } from '../call-context.ts';
import { Subscription } from './subscription.ts';

/** Who is in the conference that a call leads into, as its focus tells it (RFC 4579, RFC 4575). */
export class ConferenceWatch implements Disposable {
  readonly #context: CallContext;
  readonly #changed: (roster: Roster) => void;
  #focus = '';
  #subscription: Subscription | null = null;
  #now: ConferenceState | undefined;
  #told = '';
  #flowUp = true;

  constructor(context: CallContext, changed: (roster: Roster) => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** @param focus Contact of the far end when it is a conference; null when it is none, or not any more */
  follow(focus: URI | null): void {
    const address = focus?.toRaw() ?? '';
    if (address === this.#focus) return;
    this.#focus = address;
    this.#subscription?.dispose();
    this.#subscription = null;
    this.#now = undefined;
    if (focus === null) {
      if (this.#told !== '') this.#tell({ subject: '', participants: [] });
      return;
    }
    const subscription = new Subscription(
      this.#context,
      { target: focus, event: 'conference', accept: 'application/conference-info+xml' },
      {
        began: () => {
          this.#now = undefined;
        },
        notified: (body) => this.#learn(subscription, body),
        // what is known stays: nobody else tells more
        refused: () => {},
        interrupted: () => {},
      },
      this.#flowUp,
    );
    this.#subscription = subscription;
    subscription.start();
  }

  flowLost(): void {
    this.#flowUp = false;
    this.#subscription?.flowLost();
  }

  flowReady(): void {
    this.#flowUp = true;
    this.#subscription?.flowReady();
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#subscription = null;
  }

  #learn(subscription: Subscription, body: string): void {
    const info = body === '' ? undefined : parseConferenceInfo(body);
    if (info === undefined || this.#subscription !== subscription) return;
    const { now, gap } = mergeConferenceInfo(this.#now, info);
    this.#now = now;
    if (gap) subscription.refresh();
    if (now !== undefined) this.#tell(rosterOf(now, this.#context.core.configuration.aor.toRaw()));
  }

  #tell(roster: Roster): void {
    const told = JSON.stringify(roster);
    if (told === this.#told) return;
    this.#told = told;
    this.#changed(roster);
  }
}
