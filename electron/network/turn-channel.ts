import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { IceUri } from '#shared/network/ice/uri.ts';
import { TurnFramer } from '#shared/network/stun/turn-framer.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';

/** A way to a TURN server that carries whole messages. */
export interface TurnChannel extends Disposable {
  /** What is sent arrives, or the channel fails. */
  readonly reliable: boolean;
  readonly onMessage: Event<Uint8Array>;
  /** It carries nothing any more; the code says why (`ECONNREFUSED`, `EPROTO`). */
  readonly onFailed: Event<string>;
  send(bytes: Uint8Array): void;
}

export interface TurnChannelOptions {
  readonly uri: IceUri;
  /** Certificates of the authorities that are trusted, as PEM. */
  readonly authorities: () => readonly string[];
  readonly signal: AbortSignal;
}

/** @throws Error with a `code` of the resolver, of the system or of TLS; the signal's reason when it is aborted */
export async function openTurnChannel(options: TurnChannelOptions): Promise<TurnChannel> {
  const { uri, signal } = options;
  return uri.transport === 'udp' ? openDatagrams(uri, signal) : openStream(options);
}

/** The first of the server's addresses that the system knows a way to. */
async function openDatagrams({ host, port }: IceUri, signal: AbortSignal): Promise<TurnChannel> {
  const found = await unlessAborted(signal, lookup(host, { all: true, order: 'ipv4first' }));
  let failure: Error = Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  for (const { address, family } of found) {
    try {
      return await openDatagram(address, port, family === 6 ? 'udp6' : 'udp4');
    } catch (error) {
      if (error instanceof Error) failure = error;
    }
    signal.throwIfAborted();
  }
  throw failure;
}

async function openDatagram(address: string, port: number, type: 'udp4' | 'udp6'): Promise<TurnChannel> {
  const socket = createSocket(type);
  const message = new Emitter<Uint8Array>();
  const failed = new Emitter<string>();
  // a connected socket is told what ICMP says
  socket.on('error', (error) => failed.fire(codeOf(error)));
  socket.on('message', (bytes) => message.fire(bytes));
  let open = true;
  const dispose = (): void => {
    if (open) socket.close();
    open = false;
    message.dispose();
    failed.dispose();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, (error?: Error) => {
        socket.off('error', reject);
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  } catch (error) {
    dispose();
    throw error;
  }
  // an error of sending comes as an event as well
  const send = (bytes: Uint8Array): void => {
    if (open) socket.send(bytes, () => undefined);
  };
  return { reliable: false, onMessage: message.event, onFailed: failed.event, send, dispose };
}

async function openStream({ uri, authorities, signal }: TurnChannelOptions): Promise<TurnChannel> {
  const { host, port, transport } = uri;
  const socket =
    transport === 'tcp'
      ? connectTcp({ host, port })
      : connectTls({ host, port, ca: [...authorities()], minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}) });
  try {
    await unlessAborted(signal, connected(socket, transport === 'tcp' ? 'connect' : 'secureConnect'));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.setNoDelay(true);
  const framer = new TurnFramer();
  const message = new Emitter<Uint8Array>();
  const failed = new Emitter<string>();
  socket.on('error', (error) => failed.fire(codeOf(error)));
  socket.on('close', () => failed.fire('ECONNRESET'));
  socket.on('data', (bytes: Uint8Array) => {
    const messages = framer.feed(bytes);
    if (messages === undefined) socket.destroy(Object.assign(new Error('not STUN'), { code: 'EPROTO' }));
    else for (const each of messages) message.fire(each);
  });
  const dispose = (): void => {
    message.dispose();
    failed.dispose();
    socket.destroy();
  };
  return { reliable: true, onMessage: message.event, onFailed: failed.event, send: (bytes) => void socket.write(bytes), dispose };
}

function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // stays: an error that comes when nobody waits any more must not end the process
    socket.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

/** Whatever comes first; what comes later is dropped. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The code of an error of Node; happy eyeballs gather the errors of all addresses, of which the first counts. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error ? error.name : 'unknown';
}
