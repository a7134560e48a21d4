import type { IceConfiguration } from '../../ipc/media-contract.ts';
import type { IceServerSetting } from '../../settings/settings.ts';

/** A server of the account's list, with its password; empty for STUN. */
export interface IceServerAccess extends IceServerSetting {
  readonly password: string;
}

/** ICE servers as WebRTC takes them. */
export function iceConfiguration(servers: readonly IceServerAccess[], relayOnly: boolean): IceConfiguration {
  return {
    relayOnly,
    servers: servers.map(({ uri, username, password }) =>
      uri.startsWith('turn') ? { urls: uri, username, credential: password } : { urls: uri },
    ),
  };
}
