import type { IceConfiguration } from '#shared/ipc/media-contract.ts';
import { iceConfiguration, type IceServerAccess } from '#shared/network/ice/servers.ts';
import type { IceSettings } from '#shared/settings/settings.ts';

/** The secret store's key of a TURN server's password. */
export function icePasswordKey(id: string): string {
  return `ice:${id}`;
}

/** The account's servers with their passwords. */
export function iceServersOf({ servers }: IceSettings, passwordOf: (key: string) => string | undefined): IceServerAccess[] {
  return servers.map((server) => ({ ...server, password: passwordOf(icePasswordKey(server.id)) ?? '' }));
}

/** ICE servers as WebRTC takes them, with their passwords. */
export function iceConfigurationOf(ice: IceSettings, passwordOf: (key: string) => string | undefined): IceConfiguration {
  return iceConfiguration(iceServersOf(ice, passwordOf), ice.relayOnly);
}
