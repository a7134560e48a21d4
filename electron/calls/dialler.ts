import type { CallId, Party } from '#shared/calls/call.ts';
import { type Departure, dialledCall } from '#shared/calls/call-beginnings.ts';
import { callLimit, callsToHold, mayDial } from '#shared/calls/call-policy.ts';
import { type DialKind, readDial } from '#shared/calls/dial-plan.ts';
import { type FeaturePlaces, filledCode } from '#shared/calls/feature-code.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DialOptions } from '#shared/ipc/ui-contract.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import type { ServerFeature } from '#shared/settings/feature-codes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { takesRequests } from '#shared/registration/registration.ts';
import type { InviteOptions, SipLine } from '../sip/sip-line.ts';
import { type NameOf, partyOfTarget } from './address-book.ts';
import type { CallBook } from './call-book.ts';
import type { CallRules } from './ports.ts';

export interface DiallerOptions {
  readonly book: CallBook;
  /** The line that new calls use; null when signed out. */
  readonly line: () => SipLine | null;
  readonly rules: () => CallRules;
  readonly nameOf: NameOf;
  readonly newCallId: () => CallId;
  readonly lastDialled: () => string | null;
  readonly watchedDialog: (number: string) => DialogState | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Something that may be dialled, read from what a person typed. */
export interface Destination {
  readonly target: string;
  readonly kind: DialKind;
  readonly party: Party;
}

const asSettingsSay: DialOptions = { anonymous: null, shownNumber: null };

/** How a call is begun that is no plain one. */
export type Purpose = Partial<Pick<Departure, 'errand' | 'consultationFor' | 'referredBy'> & Pick<InviteOptions, 'pickUp'>>;

/** Everything that begins with an INVITE of ours. */
export class Dialler {
  readonly #options: DiallerOptions;

  constructor(options: DiallerOptions) {
    this.#options = options;
  }

  /** @throws AppError number-invalid */
  read(typed: string): Destination {
    const { rules, nameOf } = this.#options;
    const reading = readDial(typed, rules().dialling);
    if (!reading.ok) throw new AppError(reading.error.code, { details: reading.error.details });
    return { target: reading.target, kind: reading.kind, party: partyOfTarget(reading.target, nameOf) };
  }

  /** @throws AppError number-invalid, not-signed-in, not-registered, emergency-not-registered, emergency-in-progress, too-many-calls */
  dial(typed: string, options: DialOptions = asSettingsSay, purpose: Purpose = {}): CallId {
    return this.place(this.read(typed), options, purpose);
  }

  /** @throws AppError nothing-to-redial, and as `dial` */
  redial(): CallId {
    const last = this.#options.lastDialled();
    if (last === null || last === '') throw new AppError('nothing-to-redial');
    return this.dial(last);
  }

  /** Fetches the call of a parking place. @throws AppError feature-not-offered, and as `dial` */
  retrieve(slot: string): CallId {
    return this.dial(this.code('retrieve', { slot }), asSettingsSay, { errand: 'retrieve' });
  }

  /**
   * Takes a call that rings elsewhere: at a number whose dialogs are watched by Replaces, else by the server's code; null: in the group.
   * @throws AppError feature-not-offered, and as `dial`
   */
  pickUp(number: string | null): CallId {
    if (number === null) return this.dial(this.code('group-pickup', {}), asSettingsSay, { errand: 'pick-up' });
    const dialog = this.#options.watchedDialog(number);
    const rings = dialog !== null && dialog.dialog !== null && dialog.state === 'early' && dialog.direction !== 'initiator';
    if (rings) return this.dial(number, asSettingsSay, { errand: 'pick-up', pickUp: dialog });
    return this.dial(this.code('directed-pickup', { number }), asSettingsSay, { errand: 'pick-up' });
  }

  /** @throws AppError not-signed-in, not-registered, emergency-not-registered, emergency-in-progress, too-many-calls */
  place({ target, kind, party }: Destination, options: DialOptions = asSettingsSay, purpose: Purpose = {}): CallId {
    const { book, clock, newCallId } = this.#options;
    const emergency = kind === 'emergency';
    const line = this.#lineFor(party.number, emergency);
    if (!emergency) this.#assertRoom();
    const { dialling } = this.#options.rules();
    const anonymous = !emergency && (options.anonymous ?? dialling.hideNumber);
    const prefix = anonymous && kind === 'external' ? this.#codeOf('hide-number-once') : '';
    const shownNumber = emergency || anonymous ? null : (options.shownNumber ?? dialling.shownNumber);
    const { consultationFor = null, referredBy = null, errand = 'call', pickUp = null } = purpose;
    const id = newCallId();
    const departure: Departure = { remote: party, dialled: target, errand, emergency, anonymous, consultationFor, referredBy };
    // Where a code hides the number, the server does it and the code must reach it as it is.
    const invite = {
      target: prefix + target,
      options: { anonymous: anonymous && prefix === '', shownNumber, referral: referredBy, pickUp },
    };
    book.together(() => {
      book.adopt(dialledCall(id, departure, clock.wallMs()), { line, invite, shown: true });
      for (const other of callsToHold(book.calls(), id)) book.feed(other, { type: 'set-held', held: true });
    });
    return id;
  }

  /** Whether a call could be placed now. @throws AppError not-signed-in, not-registered, emergency-in-progress, too-many-calls */
  assertReady(number: string): void {
    this.#lineFor(number, false);
    this.#assertRoom();
  }

  #assertRoom(): void {
    this.#options.book.assertNoEmergency(null);
    if (!mayDial(this.#options.book.calls())) throw new AppError('too-many-calls', { details: { limit: callLimit } });
  }

  /** The code of the server for something, with its places filled. @throws AppError feature-not-offered */
  code(feature: ServerFeature, places: FeaturePlaces): string {
    const code = this.#codeOf(feature);
    if (code === '') throw new AppError('feature-not-offered', { details: { feature } });
    const number = places.number === undefined ? '' : this.read(places.number).target;
    return filledCode(code, { number, slot: places.slot ?? '' });
  }

  /** Whether the server's code for something says which place is meant. */
  takesSlot(feature: ServerFeature): boolean {
    return this.#codeOf(feature).includes('{slot}');
  }

  #codeOf(feature: ServerFeature): string {
    return this.#options.rules().serverFeatures.codes[feature];
  }

  /** An emergency call does not wait for a line: whoever needs help must know at once that there is none. */
  #lineFor(number: string, emergency: boolean): SipLine {
    const { line: current, logger } = this.#options;
    const line = current();
    const isRegistered = line !== null && takesRequests(line.registration);
    if (emergency) logger.warn('An emergency call is dialled', { number, registered: isRegistered });
    if (isRegistered) return line;
    if (emergency) throw new AppError('emergency-not-registered', { details: { number } });
    throw line === null ? new AppError('not-signed-in') : new AppError('not-registered', { details: { number } });
  }
}
