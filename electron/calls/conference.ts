import type { CallId } from '#shared/calls/call.ts';
import { callsToResume, conferenceMembers, mixOf } from '#shared/calls/call-policy.ts';
import type { Call } from '#shared/calls/call-state.ts';
import { mayBeMember } from '#shared/calls/side-steps.ts';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import type { ConferenceMember } from '#shared/ipc/media-contract.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { CallBook } from './call-book.ts';
import type { Transfers } from './transfers.ts';

export interface ConferenceOptions {
  readonly book: CallBook;
  readonly transfers: Transfers;
  readonly media: MediaPort;
  /** The peer connection that serves a call now. */
  readonly peerOf: (id: CallId) => string;
  readonly logger: Logger;
}

/** The conference that is mixed on this computer: its verbs, and who is mixed with whom. */
export class Conference implements Disposable {
  readonly #options: ConferenceOptions;
  /** What the media window was told last, to tell it only what is new. */
  #declared = '';
  /** Peers that died with their window; a repair gives their calls others. */
  #lost: ReadonlySet<string> = new Set();
  #subscriptions: readonly Disposable[] = [];

  constructor(options: ConferenceOptions) {
    this.#options = options;
  }

  start(): void {
    const { book, media } = this.#options;
    this.#subscriptions = [
      book.onChanged(() => this.#declare()),
      // A new window knows nothing of it.
      media.onLost(({ peers }) => {
        this.#declared = '';
        this.#lost = new Set(peers);
      }),
    ];
  }

  /** Two or more calls; with a conference that stands also one more. @throws AppError call-unknown, conference-impossible, emergency-in-progress */
  join(ids: readonly CallId[]): void {
    const { book } = this.#options;
    book.assertNoEmergency(null);
    const chosen = [...new Set(ids)].map((id) => book.verb(id).call);
    const newcomers = chosen.filter(({ conference }) => conference === null);
    const count = this.#members().length + newcomers.length;
    if (count < 2 || newcomers.some((call) => !mayBeMember(call) || call.handover !== null)) {
      throw new AppError('conference-impossible', { details: { calls: count } });
    }
    book.together(() => {
      for (const { id } of newcomers) book.feed(id, { type: 'join-conference' });
      for (const { id } of chosen) for (const back of callsToResume(book.calls(), id)) book.feed(back, { type: 'set-held', held: false });
    });
  }

  /** The call goes on by itself, on hold. @throws AppError call-unknown, call-verb-impossible */
  remove(id: CallId): void {
    const { book } = this.#options;
    book.verb(id, isMember);
    book.together(() => {
      book.feed(id, { type: 'set-held', held: true });
      book.feed(id, { type: 'leave-conference' });
    });
  }

  /** @throws AppError call-unknown, call-verb-impossible */
  setSilenced(id: CallId, silenced: boolean): void {
    this.#options.book.verb(id, isMember);
    this.#options.book.feed(id, { type: 'set-silenced', silenced });
  }

  /** @throws AppError conference-impossible, emergency-in-progress */
  setHeld(held: boolean): void {
    if (!held) this.#options.book.assertNoEmergency(null);
    this.#all((id) => this.#options.book.feed(id, { type: 'set-held', held }));
  }

  /** @throws AppError conference-impossible */
  setMuted(muted: boolean): void {
    this.#all((id) => this.#options.book.feed(id, { type: 'set-muted', muted }));
  }

  /** The two others are connected with each other. With more there is nobody to mix them. @throws AppError conference-impossible, call-verb-impossible */
  leave(): void {
    const [one, other, ...more] = this.#members();
    if (one === undefined || other === undefined || more.length > 0) {
      throw new AppError('conference-impossible', { details: { calls: this.#members().length } });
    }
    this.#options.transfers.connect(one.id, other.id);
  }

  /** @throws AppError conference-impossible */
  end(): void {
    this.#all((id) => this.#options.book.feed(id, { type: 'hang-up' }));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  #members(): readonly Call[] {
    return conferenceMembers(this.#options.book.calls());
  }

  #all(work: (id: CallId) => void): void {
    const members = this.#members();
    if (members.length === 0) throw new AppError('conference-impossible', { details: { calls: 0 } });
    this.#options.book.together(() => {
      for (const { id } of members) work(id);
    });
  }

  /** Tells the media window the whole of it, each time it changes. */
  #declare(): void {
    const { book, media, peerOf, logger } = this.#options;
    const mix = mixOf(book.calls());
    const present = mix.map(({ call, silenced }) => ({ peer: peerOf(call), silenced })).filter(({ peer }) => !this.#lost.has(peer));
    const members: readonly ConferenceMember[] = present.length < 2 ? [] : present;
    const declared = members.length === 0 ? '' : JSON.stringify(members);
    if (declared === this.#declared) return;
    this.#declared = declared;
    media.setConference(members).catch((error: unknown) => {
      logger.warn('The conference could not be mixed', { error: String(error) });
      for (const { call } of mix) book.feed(call, { type: 'troubled', error: reportOf(error) });
    });
  }
}

function isMember({ conference }: Call): boolean {
  return conference !== null;
}
