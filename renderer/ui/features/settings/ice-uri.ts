import type { IceServerSetting } from '#shared/settings/settings.ts';

/** As many servers as the settings take. */
export const iceServerLimit = 16;

/** Whether the settings would take this as the address of a STUN or TURN server (RFC 7064, RFC 7065). */
export function isIceUri(text: string): boolean {
  return text.length <= 512 && /^(stuns?|turns?):(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/.test(text);
}

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
  if (!isIceUri(uri)) return 'uriInvalid';
  if (servers.some((server) => server.uri === uri)) return 'duplicate';
  if (servers.length >= iceServerLimit) return 'full';
  return isRelay(uri) && username === '' ? 'userNeeded' : null;
}
