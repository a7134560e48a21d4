import { parseIceUri } from '#shared/network/ice/uri.ts';
import type { IceServerSetting } from '#shared/settings/settings.ts';

/** As many servers as the settings take. */
export const iceServerLimit = 16;

/** Whether the address is of a relay, which needs a user and a password. */
export function isRelay(uri: string): boolean {
  return /^turns?:/.test(uri);
}

/** What is wrong with a new server, or nothing. */
export function faultOfServer(
  servers: readonly IceServerSetting[],
  uri: string,
  username: string,
): 'uriInvalid' | 'duplicate' | 'full' | 'userNeeded' | null {
  if (parseIceUri(uri) === undefined) return 'uriInvalid';
  if (servers.some((server) => server.uri === uri)) return 'duplicate';
  if (servers.length >= iceServerLimit) return 'full';
  return isRelay(uri) && username === '' ? 'userNeeded' : null;
}
