import type { TrackedDialog } from './dialog-table.ts';

/** Names and addresses of what documents tell of. */
export interface AddressBook {
  /** Empty for a number without a name. */
  nameOf(number: string): string;
  /** SIP URI of a number. */
  uriOf(number: string): string;
}

/** What can be subscribed to (RFC 6665 section 5): its documents are made from the dialogs of a number. */
export interface EventPackage {
  readonly name: string;
  readonly contentType: string;
  /** Whether this number can be watched. */
  covers(number: string): boolean;
  /** @param dialogs all that live, and those that have just ended; @param version counts the documents of one subscription from 0 */
  document(number: string, dialogs: readonly TrackedDialog[], version: number): string;
}
