import { AppError } from '../errors/app-error.ts';
import type { IceConfiguration } from '../ipc/media-contract.ts';

/** What an ICE server gave instead of an address (RTCPeerConnectionIceErrorEvent). */
export interface ServerFailure {
  /** Of the server, as it was configured. */
  readonly url: string;
  /** 300 to 699: what the server answered (RFC 8489 section 14.8); 701: it could not be reached. */
  readonly code: number;
  readonly text: string;
}

/**
 * Why there is no relay where only a relay may be used: one that refused says more than one that is silent, and without any in the
 * settings there is no way at all.
 */
export function relayFailure({ servers }: IceConfiguration, failures: readonly ServerFailure[]): AppError {
  const [relay] = servers.filter(({ urls }) => /^turns?:/.test(urls));
  if (relay === undefined) return new AppError('media-path-failed', { details: { reason: 'no relay is set' } });
  const refusal = failures.find(({ code }) => code >= 300 && code < 700);
  if (refusal === undefined) return new AppError('relay-unreachable', { details: { server: hostOf(relay.urls) } });
  const { url, code, text } = refusal;
  return new AppError('relay-refused', { details: { server: hostOf(url), reason: text === '' ? String(code) : text, status: code } });
}

/** `host:port` as it was written. */
function hostOf(url: string): string {
  return url.replace(/^\w+:/, '').replace(/\?.*$/, '');
}
