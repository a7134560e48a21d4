import type { Person } from '#shared/people/person.ts';
import { type Disposable, toDisposable } from '#shared/util/disposable.ts';
import { type DialogTable, isAt, type TrackedDialog } from '../events/dialog-table.ts';
import type { AddressBook } from '../events/event-package.ts';
import type { AvailabilityBook, ForwardCase } from './availability.ts';
import type { DialledFeature } from './feature-code.ts';
import { parkingPlaces, parkNumber, voicemailNumber } from './number-plan.ts';
import { ringingAt, ringingInGroup, takeOverContact } from './pickup.ts';

/** What is to become of an INVITE to a code or to a parking place. */
export type FeatureOutcome =
  | { readonly kind: 'call'; readonly number: string; readonly intercom: boolean }
  /** Done; to be answered with a short tone. */
  | { readonly kind: 'confirm'; readonly text: string }
  /** The caller is to call there instead: a Contact value. */
  | { readonly kind: 'redirect'; readonly contact: string }
  | { readonly kind: 'park'; readonly place: string }
  | { readonly kind: 'refuse'; readonly status: number; readonly reason: string };

interface FeatureDeskOptions {
  readonly directory: ReadonlyMap<string, Person>;
  readonly availability: AvailabilityBook;
  readonly dialogs: DialogTable;
  readonly addresses: AddressBook;
}

const places: ReadonlySet<string> = new Set(parkingPlaces());

/** Does what people ask for by codes, and knows who is parked where. */
export class FeatureDesk {
  readonly #options: FeatureDeskOptions;
  readonly #reserved = new Set<string>();

  constructor(options: FeatureDeskOptions) {
    this.#options = options;
  }

  perform(feature: DialledFeature, user: string): FeatureOutcome {
    const { availability, dialogs } = this.#options;
    switch (feature.kind) {
      case 'do-not-disturb':
        availability.setDoNotDisturb(user, feature.on);
        return { kind: 'confirm', text: `Do not disturb ${feature.on ? 'on' : 'off'}` };
      case 'forward':
        return this.#forward(user, feature.when, feature.to);
      case 'group-pickup':
        return this.#pickUp(ringingInGroup(user, dialogs.all()));
      case 'directed-pickup':
        return this.#pickUp(ringingAt(feature.number, user, dialogs.all()));
      case 'voicemail':
        return { kind: 'call', number: voicemailNumber, intercom: false };
      case 'intercom':
        return { kind: 'call', number: feature.number, intercom: true };
    }
  }

  /**
   * A call to the park, or to one of its places.
   * @param referred somebody else sent the caller there (RFC 3892): to be parked. Otherwise the caller fetches who waits there.
   * @returns undefined when the number is no parking place
   */
  park(number: string, referred: boolean): FeatureOutcome | undefined {
    const waiting = this.#waitingIn(number);
    if (referred || !places.has(number)) return this.placeFor(number);
    if (waiting?.state !== 'confirmed') return { kind: 'refuse', status: 404, reason: 'Nobody Waits There' };
    const whom = isAt(waiting.caller, number) ? 'callee' : 'caller';
    return { kind: 'redirect', contact: takeOverContact(waiting, whom, this.#options.addresses) };
  }

  /** Where somebody is to wait who is sent to the park, or to one of its places; undefined when the number is neither. */
  placeFor(number: string): Extract<FeatureOutcome, { kind: 'park' | 'refuse' }> | undefined {
    const isFree = (place: string): boolean => !this.#reserved.has(place) && this.#waitingIn(place) === undefined;
    if (number === parkNumber) {
      const free = [...places].find(isFree);
      return free === undefined ? { kind: 'refuse', status: 486, reason: 'All Places Are Taken' } : { kind: 'park', place: free };
    }
    if (!places.has(number)) return undefined;
    return isFree(number) ? { kind: 'park', place: number } : { kind: 'refuse', status: 486, reason: 'Somebody Waits There' };
  }

  /** Keeps a place for somebody who is on the way there. */
  reserve(place: string): Disposable {
    this.#reserved.add(place);
    return toDisposable(() => this.#reserved.delete(place));
  }

  #waitingIn(place: string): TrackedDialog | undefined {
    return this.#options.dialogs.dialogsOf(place)[0];
  }

  #forward(user: string, when: ForwardCase, to: string | null): FeatureOutcome {
    const { availability, directory, addresses } = this.#options;
    if (to !== null && (to === user || !directory.has(to))) return { kind: 'refuse', status: 404, reason: 'Nobody To Forward To' };
    availability.setForward(user, when, to);
    const name = to === null ? '' : addresses.nameOf(to);
    const which = { always: 'Forwarding', busy: 'Forwarding when busy', 'no-answer': 'Forwarding without an answer' }[when];
    return { kind: 'confirm', text: to === null ? `${which} off` : `${which} to ${name}` };
  }

  #pickUp(ringing: TrackedDialog | undefined): FeatureOutcome {
    if (ringing === undefined) return { kind: 'refuse', status: 480, reason: 'Nothing Rings There' };
    return { kind: 'redirect', contact: takeOverContact(ringing, 'caller', this.#options.addresses) };
  }
}
