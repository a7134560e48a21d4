import { lookup } from 'node:dns/promises';
import { AppError, reportOf } from '#shared/errors/app-error.ts';
import type { IceServerProof } from '#shared/network/ice/report.ts';
import type { IceServerAccess } from '#shared/network/ice/servers.ts';
import { type IceUri, parseIceUri, serverOf } from '#shared/network/ice/uri.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';
import { mappedAddressOf } from '#shared/network/stun/mapped.ts';
import { rtoOf } from '#shared/network/stun/timing.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { StunClient } from './stun-client.ts';
import { codeOf, unlessAborted } from './turn-channel.ts';
import { proveTurn } from './turn-client.ts';

export interface IceProofOptions {
  /** Certificates of the authorities that are trusted, as PEM; asked for only where a relay speaks TLS. */
  readonly authorities: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Of one name. */
const mostAddresses = 4;

type Found = Pick<IceServerProof, 'roundTripMs' | 'address'>;

/** Tries one server of the account's list by itself. What does not work stands in the proof. @throws the signal's reason */
export async function proveIceServer(server: IceServerAccess, options: IceProofOptions): Promise<IceServerProof> {
  const { id, uri } = server;
  try {
    const parsed = parseIceUri(uri);
    if (parsed === undefined) throw new AppError('address-invalid', { details: { address: uri } });
    const found = parsed.kind === 'stun' ? await proveStun(parsed, options) : await proveRelay(parsed, server, options);
    return { id, uri, works: true, ...found, error: null };
  } catch (error) {
    options.signal.throwIfAborted();
    return { id, uri, works: false, roundTripMs: null, address: null, error: reportOf(error) };
  }
}

async function proveRelay(uri: IceUri, { username, password }: IceServerAccess, options: IceProofOptions): Promise<Found> {
  const { roundTripMs, relayed } = await proveTurn({ ...options, uri, user: { username, password } });
  return { roundTripMs, address: relayed.address };
}

/** One Binding request (RFC 8489). @throws AppError `stun-unreachable` (`server`, and `cause` or `reason`) */
async function proveStun(uri: IceUri, options: IceProofOptions): Promise<Found> {
  const { clock, timeoutMs, signal } = options;
  const limit = new AbortController();
  const timer = clock.schedule(timeoutMs, () => limit.abort(new AppError('stun-unreachable')));
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    return await ask(uri, { ...options, signal: either });
  } catch (error) {
    const details = error instanceof AppError ? error.details : { cause: codeOf(error) };
    // the name that the person knows instead of the address that was asked
    throw new AppError('stun-unreachable', { details: { ...details, server: serverOf(uri) }, cause: error });
  } finally {
    timer.dispose();
    // whoever of the others still waits need not
    limit.abort(new AppError('stun-unreachable'));
  }
}

/** Asks every address of the server; the first answer counts. */
async function ask({ host, port }: IceUri, options: IceProofOptions): Promise<Found> {
  const found = await unlessAborted(options.signal, lookup(host, { all: true }));
  const asked = found
    .slice(0, mostAddresses)
    .map(({ address, family }) => askOne({ address, port, family: family === 6 ? 6 : 4 }, options));
  try {
    return await Promise.any(asked);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

async function askOne(to: StunAddress, { clock, random, timeoutMs, signal }: IceProofOptions): Promise<Found> {
  const client = await StunClient.open({ family: to.family, clock, random, peer: to });
  try {
    const begunMs = clock.monotonicMs();
    const { message } = await unlessAborted(signal, client.ask({ to, rtoMs: rtoOf(null), deadlineMs: timeoutMs }));
    return { roundTripMs: clock.monotonicMs() - begunMs, address: mappedAddressOf(message)?.address ?? null };
  } finally {
    client.dispose();
  }
}
