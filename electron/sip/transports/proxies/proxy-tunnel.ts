import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AppError, type ErrorDetails } from '#shared/errors/app-error.ts';
import type { Proxy } from '#shared/network/proxy-list.ts';
import { bracketed } from '#shared/profiles/sip-address.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Target } from '../connect-error.ts';
import { TlsTrust } from '../tls-trust.ts';
import type { CredentialsGuard } from './credentials-guard.ts';
import { connectByHttp } from './http-connect.ts';
import type { ProxyAuthorization } from './proxy-authorization.ts';
import { connectBySocks5 } from './socks5.ts';

export interface TunnelOptions {
  readonly proxy: Proxy;
  readonly target: Target;
  readonly guard: CredentialsGuard;
  readonly authorization: ProxyAuthorization;
  readonly clock: Clock;
  /** Ends every connection that was begun. */
  readonly signal: AbortSignal;
  /** For errors. */
  readonly details: ErrorDetails;
}

/** A proxy is near: what does not take a connection in this time is left for the next choice. How long it looks for the server is its business. */
export const reachProxyMs = 3_000;

/** Connects to a server through a proxy, and hands over the connection as soon as it leads there. */
export async function openTunnel(options: TunnelOptions): Promise<Socket> {
  const { proxy, target, signal } = options;
  const connecting = async (): Promise<Socket> => {
    signal.throwIfAborted();
    const socket = await reach(options);
    // the end of a connection that was given up or is passed on is its owner's matter
    socket.on('error', () => undefined);
    return socket;
  };
  const tunnel =
    proxy.kind === 'socks5'
      ? await connectBySocks5({ ...options, ...target, connect: connecting })
      : await connectByHttp({ ...options, authority: `${bracketed(target.host)}:${target.port}`, connect: connecting });
  if (!signal.aborted) return tunnel;
  tunnel.destroy();
  throw signal.reason;
}

/** The connection to the proxy itself. @throws AppError proxy-unreachable */
async function reach({ proxy, clock, signal, details }: TunnelOptions): Promise<Socket> {
  let socket: Socket | undefined;
  const tooLong = new AbortController();
  const deadline = clock.schedule(reachProxyMs, () => tooLong.abort());
  const givenUp = AbortSignal.any([signal, tooLong.signal]);
  try {
    if (proxy.kind === 'https') {
      const trust = new TlsTrust({ kind: 'system' }, proxy);
      await trust.prepare();
      socket = trust.open().socket;
    } else {
      socket = connect({ host: proxy.host, port: proxy.port });
    }
    endWith(signal, socket);
    await once(socket, proxy.kind === 'https' ? 'secureConnect' : 'connect', { signal: givenUp });
    return socket;
  } catch (error) {
    socket?.on('error', () => undefined).destroy();
    const cause = tooLong.signal.aborted ? 'ETIMEDOUT' : codeOf(error);
    throw new AppError('proxy-unreachable', { details: { ...details, cause }, cause: error });
  } finally {
    deadline.dispose();
  }
}

function endWith(signal: AbortSignal, socket: Socket): void {
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end);
  socket.once('close', () => signal.removeEventListener('abort', end));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
