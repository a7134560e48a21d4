import type { DialogName } from '#shared/sip/dialog-name.ts';
import { writeReferTo } from '#shared/sip/refer-to.ts';
import { isAt, type TrackedDialog } from '../events/dialog-table.ts';
import type { AddressBook } from '../events/event-package.ts';
import { isInPickupGroup } from './number-plan.ts';

/** The call that rings longest at a number. One's own calls are not there to be picked up. */
export function ringingAt(number: string, picker: string, dialogs: readonly TrackedDialog[]): TrackedDialog | undefined {
  return dialogs.find(({ state, caller, callee }) => {
    const rings = state === 'early' && isAt(callee, number);
    return rings && caller.number !== picker && callee?.number !== picker;
  });
}

/** The call that rings longest at anybody of the pickup group. */
export function ringingInGroup(picker: string, dialogs: readonly TrackedDialog[]): TrackedDialog | undefined {
  return dialogs.find(({ state, caller, callee }) => {
    const rings = state === 'early' && callee !== undefined && isInPickupGroup(callee.number);
    return rings && caller.number !== picker && callee.number !== picker;
  });
}

/**
 * The Contact by which one end of a dialog can be called so that the new call takes the place of that dialog (RFC 3891); while it
 * rings, only if it still rings then.
 */
export function takeOverContact(dialog: TrackedDialog, whom: 'caller' | 'callee', addresses: AddressBook): string {
  const { uri, replaces } = takeOver(dialog, whom, addresses);
  return writeReferTo(uri, replaces);
}

/** Whom to call, and what to replace. Who hides is called by the id of the dialog. */
export function takeOver(
  { id, callId, caller, callerTag, callee, calleeTag = '', state }: TrackedDialog,
  whom: 'caller' | 'callee',
  addresses: AddressBook,
): { readonly uri: string; readonly replaces: DialogName } {
  const [end, toTag, fromTag] = whom === 'caller' ? [caller, callerTag, calleeTag] : [callee, calleeTag, callerTag];
  const uri = addresses.uriOf(end === undefined || end.hidden ? id : end.number);
  return { uri, replaces: { callId, toTag, fromTag, earlyOnly: state === 'early' } };
}
