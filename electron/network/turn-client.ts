import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AppError } from '#shared/errors/app-error.ts';
import { type IceUri, serverOf } from '#shared/network/ice/uri.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';
import type { TurnUser } from '#shared/network/stun/turn-credentials.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import { type RelayedData, TurnAllocation, type TurnAllocationOptions } from './turn-allocation.ts';
import { codeOf, unlessAborted } from './turn-channel.ts';
import { TurnRefusal, TurnSilence } from './turn-transactions.ts';

export interface TurnProofOptions {
  readonly uri: IceUri;
  readonly user: TurnUser;
  /** Certificates of the authorities that are trusted, as PEM; for TLS only. */
  readonly authorities: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** After this time the relay counts as unreachable; giving back what was taken may take half a second more. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a relay that works has shown. */
export interface TurnProof {
  /** From here through the relay to somebody else and the same way back. */
  readonly roundTripMs: number;
  /** Where it relays from. */
  readonly relayed: StunAddress;
}

/** The relay may not be able to reach us, or not be willing to. */
const ownSocketPatienceMs = 700;
const repeatMs = 100;
const tokenBytes = 16;

/**
 * Proves a TURN server by data that goes through it and comes back (RFC 8656). The other end is a socket of this computer, which opens
 * its own NAT by sending first; where that does not work, because UDP is blocked or the server lets nothing near us, it is a second
 * place at the same server, which needs no open port anywhere.
 * @throws AppError `relay-refused` (`server`, `reason`, `status`), `relay-unreachable` (`server`, `cause`: a code of the system, of TLS,
 * `timed-out`, or `no-data` when the server takes us in and lets nothing through); the signal's reason when it is aborted
 */
export async function proveTurn(options: TurnProofOptions): Promise<TurnProof> {
  const deadline = new AbortController();
  const timer = options.clock.schedule(options.timeoutMs, () => deadline.abort(new TurnSilence('timed-out')));
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  try {
    return await prove({ ...options, signal });
  } catch (error) {
    options.signal.throwIfAborted();
    throw errorOf(error, options.uri);
  } finally {
    timer.dispose();
  }
}

async function prove(options: TurnAllocationOptions): Promise<TurnProof> {
  const near = await TurnAllocation.open(options);
  try {
    const roundTripMs = (await throughOwnSocket(near, options)) ?? (await throughSecondPlace(near, options));
    return { roundTripMs, relayed: near.relayed };
  } catch (error) {
    // the server is there, it took us in
    if (error instanceof TurnSilence && error.code === 'timed-out') throw new TurnSilence('no-data');
    throw error;
  } finally {
    await near.close();
  }
}

/** Undefined when the relay and a socket of this computer do not reach each other. */
async function throughOwnSocket(near: TurnAllocation, options: TurnAllocationOptions): Promise<number | undefined> {
  const { clock, signal } = options;
  const { relayed, mapped } = near;
  if (mapped?.family !== relayed.family) return undefined;
  const owned = new DisposableStore();
  const patience = new AbortController();
  owned.add(clock.schedule(ownSocketPatienceMs, () => patience.abort(new TurnSilence('no-data'))));
  const limit = AbortSignal.any([signal, patience.signal]);
  const socket = createSocket(relayed.family === 4 ? 'udp4' : 'udp6');
  owned.add({ dispose: () => socket.close() });
  try {
    socket.bind(0);
    await once(socket, 'listening');
    await near.permit(mapped);
    // whatever the relay brings goes back to it
    socket.on('message', (bytes, { address, port }) => sendTo(socket, { ...relayed, address, port }, bytes));
    const knock = tokenOf(options.random);
    const heard = hears(near, ({ bytes }) => equal(bytes, knock), limit);
    owned.add(repeat(clock, () => sendTo(socket, relayed, knock)));
    const { from } = await heard;
    return await ping(near, from, { ...options, signal: limit });
  } catch (error) {
    if (signal.aborted || !isAboutThisWay(error)) throw error;
    return undefined;
  } finally {
    owned.dispose();
  }
}

async function throughSecondPlace(near: TurnAllocation, options: TurnAllocationOptions): Promise<number> {
  const far = await TurnAllocation.open(options);
  try {
    const echo = far.onData(({ from, bytes }) => far.send(from, bytes));
    await Promise.all([near.permit(far.relayed), far.permit(near.relayed)]);
    const roundTripMs = await ping(near, far.relayed, options);
    echo.dispose();
    return roundTripMs;
  } finally {
    await far.close();
  }
}

/** Sends to one who sends everything back, until something is back. @returns how long that one took */
async function ping(near: TurnAllocation, peer: StunAddress, { clock, random, signal }: TurnAllocationOptions): Promise<number> {
  const sent: { readonly token: Uint8Array; readonly atMs: number }[] = [];
  let roundTripMs = 0;
  const back = hears(
    near,
    ({ from, bytes }) => {
      const isPeer = from.address === peer.address && from.port === peer.port;
      const ours = isPeer ? sent.find(({ token }) => equal(token, bytes)) : undefined;
      if (ours !== undefined) roundTripMs = clock.monotonicMs() - ours.atMs;
      return ours !== undefined;
    },
    signal,
  );
  const repeating = repeat(clock, () => {
    const token = tokenOf(random);
    sent.push({ token, atMs: clock.monotonicMs() });
    near.send(peer, token);
  });
  try {
    await back;
    return roundTripMs;
  } finally {
    repeating.dispose();
  }
}

/** The next data that is meant. */
async function hears(near: TurnAllocation, isMeant: (data: RelayedData) => boolean, signal: AbortSignal): Promise<RelayedData> {
  const found = Promise.withResolvers<RelayedData>();
  const listening = near.onData((data) => {
    if (isMeant(data)) found.resolve(data);
  });
  try {
    return await unlessAborted(signal, found.promise);
  } finally {
    listening.dispose();
  }
}

/** Now, and again until it is disposed: UDP may lose what is sent. */
function repeat(clock: Clock, action: () => void): Disposable {
  let timer = clock.schedule(repeatMs, again);
  function again(): void {
    action();
    timer = clock.schedule(repeatMs, again);
  }
  action();
  return { dispose: () => timer.dispose() };
}

function sendTo(socket: Socket, { address, port }: StunAddress, bytes: Uint8Array): void {
  // what cannot be sent is what does not arrive
  socket.send(bytes, port, address, () => undefined);
}

/** That the relay does not reach us says nothing about the relay. */
function isAboutThisWay(error: unknown): boolean {
  return error instanceof TurnRefusal || (error instanceof TurnSilence && error.code === 'no-data');
}

function errorOf(error: unknown, uri: IceUri): AppError {
  const server = serverOf(uri);
  if (error instanceof TurnRefusal)
    return new AppError('relay-refused', { details: { server, reason: error.reason, status: error.status }, cause: error });
  return new AppError('relay-unreachable', { details: { server, cause: codeOf(error) }, cause: error });
}

function tokenOf(random: Random): Uint8Array {
  return Uint8Array.from(Buffer.from(random.hex(tokenBytes), 'hex'));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
