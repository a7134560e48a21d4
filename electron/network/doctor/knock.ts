import { connect } from 'node:net';
import type { TcpAttempt, TcpEvidence } from '#shared/network/doctor/evidence.ts';
import type { Clock } from '#shared/util/clock.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { findSource } from './interfaces.ts';

/** When one address has answered, the others get only so much longer, in ms. */
const graceMs = 300;

const turnedAway: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EACCES', 'EPERM']);
const timedOut: ReadonlySet<string> = new Set(['ETIMEDOUT', 'ABORT_ERR', 'EHOSTDOWN']);

/** Tries a TCP connection to each address at the same time. What has not answered by the end is silent. */
export async function knockAtAll(addresses: readonly string[], port: number, clock: Clock, signal: AbortSignal): Promise<TcpEvidence> {
  const enough = new AbortController();
  const until = AbortSignal.any([signal, enough.signal]);
  const graces = new DisposableStore();
  const attempts = await Promise.all(
    addresses.map(async (address) => {
      const attempt = await knock(address, port, clock, until);
      if (attempt.outcome === 'connected') graces.add(clock.schedule(graceMs, () => enough.abort()));
      return attempt;
    }),
  );
  graces.dispose();
  return { attempts };
}

/** Tries one TCP connection and hangs up at once. */
export async function knock(address: string, port: number, clock: Clock, signal: AbortSignal): Promise<TcpAttempt> {
  const source = await findSource(address);
  const began = clock.monotonicMs();
  const outcome = await new Promise<TcpAttempt['outcome']>((resolve) => {
    const socket = connect({ host: address, port, signal });
    socket.once('connect', () => {
      resolve('connected');
      socket.destroy();
    });
    socket.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : '';
      resolve(turnedAway.has(code) ? 'refused' : timedOut.has(code) ? 'silent' : 'unreachable');
    });
  });
  return { address, outcome, tookMs: clock.monotonicMs() - began, source };
}
