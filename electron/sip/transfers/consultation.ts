import type { Core, URI } from 'sip.js';
import type { DialogName } from '#shared/sip/dialog-name.ts';
import { dialogNameOf } from '../core-access.ts';
import type { Outgoing } from '../outgoing.ts';

/** Another call of the line, with whose far end somebody is to be connected. */
export interface Consultation {
  /** Where a new INVITE reaches its far end. */
  readonly uri: string;
  /** Its dialog as the far end knows it; null while it is not answered. */
  readonly dialog: DialogName | null;
  /** The dialog that still rings; null when none is known. */
  readonly early: { readonly name: DialogName; readonly remoteTarget: URI } | null;
  /** Ends it; `then` runs when that is done. */
  end(then: () => void): void;
}

/** A call that stands. @param address where a new INVITE reaches its far end */
export function answeredConsultation(session: Core.Session, address: URI, end: Consultation['end']): Consultation {
  return { uri: address.toRaw(), dialog: dialogNameOf(session), early: null, end };
}

/** A call of ours that still rings. */
export function ringingConsultation({ target, early }: Outgoing, end: Consultation['end']): Consultation {
  return { uri: target.toRaw(), dialog: null, early, end };
}
