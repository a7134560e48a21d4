import type { IceConfiguration } from '#shared/ipc/media-contract.ts';
import type { IceSettings } from '#shared/settings/settings.ts';

/** The secret store's key of a TURN server's password. */
export function icePasswordKey(id: string): string {
  return `ice:${id}`;
}

/** ICE servers as WebRTC takes them, with their passwords. */
export function iceConfigurationOf(ice: IceSettings, passwordOf: (key: string) => string | undefined): IceConfiguration {
  return {
    relayOnly: ice.relayOnly,
    servers: ice.servers.map(({ id, uri, username }) => {
      if (!uri.startsWith('turn')) return { urls: uri };
      return { urls: uri, username, credential: passwordOf(icePasswordKey(id)) ?? '' };
    }),
  };
}
