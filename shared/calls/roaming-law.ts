import type { Call } from './call-state.ts';

/** What has happened to the network. */
export interface NetworkNews {
  /** `addresses`: those of this computer have changed. `flow`: a new connection to the server is registered. */
  readonly what: 'addresses' | 'flow';
  /** All addresses of this computer as they are now, loopback among them; null when nobody has looked. */
  readonly addresses: readonly string[] | null;
  /** The address from which the server is reached has changed, or is gone. */
  readonly sourceChanged: boolean;
}

/** `renew`: new candidates are made and told. `watch`: nothing is done, but silence is believed sooner. */
export type RoamingStep = 'renew' | 'watch' | 'none';

/**
 * What a change of network means for one call.
 *
 * | call           | its media path begins at         | addresses     | new flow                               |
 * | -------------- | -------------------------------- | ------------- | -------------------------------------- |
 * | stands         | an address that is gone          | renew         | renew, unless that is being tried      |
 * |                | an address that still stands     | watch         | watch                                  |
 * |                | nobody knows: the source changed | renew         | renew, unless that is being tried      |
 * |                | nobody knows, same source        | watch         | watch                                  |
 * | rings here     |                                  | renew         | renew where the source changed         |
 * | all others     |                                  | none          | none                                   |
 *
 * A path that stands is left alone: an ICE restart that nobody needs can break it (Asterisk answers checks of the old credentials
 * on the new ones for good). Who is held, on whichever side, is renewed like everybody else and stays held.
 * @param localAddress where the call's media path begins; null when it is not known
 */
export function roamingStep(call: Call, localAddress: string | null, { what, addresses, sourceChanged }: NetworkNews): RoamingStep {
  if (call.phase === 'ringing-in') return what === 'addresses' || sourceChanged ? 'renew' : 'none';
  if (call.phase !== 'connected') return 'none';
  const isGone = localAddress === null || addresses === null ? sourceChanged : !stands(localAddress, addresses);
  if (!isGone) return 'watch';
  const isTried = call.repair !== null && call.repair.step !== null;
  return what === 'flow' && isTried ? 'watch' : 'renew';
}

/** Whether this computer still has an address. The zone of a link-local one says nothing. */
export function stands(address: string, addresses: readonly string[]): boolean {
  const plain = (text: string): string => text.replace(/%.*$/, '').toLowerCase();
  return addresses.some((own) => plain(own) === plain(address));
}
