import { findHeaders } from '#shared/sip/find-header.ts';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { readReferTo } from '#shared/sip/refer-to.ts';
import type { DialogTable } from '../events/dialog-table.ts';
import type { AddressBook } from '../events/event-package.ts';
import type { FeatureDesk } from '../features/feature-desk.ts';
import { takeOver } from '../features/pickup.ts';
import { localHosts } from './call-router.ts';
import { userOf } from './caller-identity.ts';
import { tagOf } from './header-edits.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** Somebody who is to be fetched into a parking place. */
export interface ParkOrder {
  readonly place: string;
  /** Name of the place. */
  readonly name: string;
  readonly uri: string;
  /** The dialog that they leave for it. */
  readonly replaces: DialogName;
}

/** Takes somebody over; tells whether they came. */
export type FetchIntoPark = (order: ParkOrder, done: (came: boolean) => void) => void;

interface ParkAttendantOptions {
  readonly desk: FeatureDesk;
  readonly dialogs: DialogTable;
  readonly addresses: AddressBook;
  readonly fetchIntoPark: FetchIntoPark;
}

/**
 * Carries out a REFER to the park in the place of the one who is to wait there: the park takes them over (RFC 3891), so that nobody
 * is asked whether they want to be parked. Who was referred ends the old call as after every takeover, and that tells the referrer.
 */
export class ParkAttendant {
  readonly #options: ParkAttendantOptions;

  constructor(options: ParkAttendantOptions) {
    this.#options = options;
  }

  /**
   * Takes a request in a dialog.
   * @param otherwise the one who is to be parked did not come; the request has no answer yet
   * @returns false when it is not a matter of the park
   */
  take(server: ServerTransaction, otherwise: () => void): boolean {
    const { request } = server;
    const { desk, dialogs, addresses, fetchIntoPark } = this.#options;
    const number = parkNumberIn(request);
    const placing = number === undefined ? undefined : desk.placeFor(number);
    const dialog = dialogs.find(request.callId, [tagOf(request.from), tagOf(request.to)]);
    if (placing === undefined || dialog?.state !== 'confirmed') return false;
    if (placing.kind === 'refuse') {
      server.reply(placing.status, [], placing.reason);
      return true;
    }
    const whom = dialog.callerTag === tagOf(request.to) ? 'caller' : 'callee';
    const reservation = desk.reserve(placing.place);
    const order = { place: placing.place, name: addresses.nameOf(placing.place), ...takeOver(dialog, whom, addresses) };
    fetchIntoPark(order, (came) => {
      reservation.dispose();
      if (came) server.reply(202);
      else otherwise();
    });
    return true;
  }
}

/** The number that a REFER sends somebody to, when it is one of the office and nobody is to be replaced there. */
function parkNumberIn({ method, headers }: SipRequest): string | undefined {
  const target = method === 'REFER' ? readReferTo(findHeaders(headers, 'Refer-To')) : 400;
  if (typeof target === 'number' || target.replaces !== null || !localHosts.has(target.uri.host)) return undefined;
  return userOf(target.uri);
}
