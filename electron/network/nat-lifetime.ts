import { type LifetimeBounds, type LifetimeRange, lifetimeRange, narrowed, nextAges } from '#shared/network/nat/lifetime-law.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';
import { encodeUint16, stunAttributes } from '#shared/network/stun/attributes.ts';
import { mappedAddressOf } from '#shared/network/stun/mapped.ts';
import { retransmissionTimes, rtoOf } from '#shared/network/stun/timing.ts';
import type { Clock } from '#shared/util/clock.ts';
import { DisposableStore, toDisposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import { StunClient } from './stun-client.ts';

export interface LifetimeOptions {
  readonly server: StunAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** What is known so far, each time that it changes. */
  readonly onProgress?: (bounds: LifetimeBounds) => void;
  readonly range?: LifetimeRange;
}

/** Whether a mapping is still there; null: the server said nothing, so nobody knows. */
type Look = (watched: Watched) => Promise<boolean | null>;

/** A port of ours, and what the server saw of it when it last spoke. */
interface Watched {
  readonly socket: StunClient;
  readonly mapped: StunAddress;
}

/** For the server's whole answer to one question, with two repetitions. */
const answerMs = 1_000;

/**
 * Measures for how long the NAT keeps a mapping, by a second socket that has the server write to the first one (RESPONSE-PORT, RFC
 * 5780 section 4.6), or, where a server does not do that, by looking whether the port has become another one.
 * @returns seconds for which a mapping surely lasts; null when it cannot be measured here, or the server fell silent
 * @throws the signal's reason, when it is aborted
 */
export async function measureLifetime(options: LifetimeOptions): Promise<number | null> {
  const { clock, random, server, signal, range = lifetimeRange, onProgress } = options;
  signal.throwIfAborted();
  const owned = new DisposableStore();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    owned.add(toDisposable(() => signal.removeEventListener('abort', abort)));
  });
  const work = async (): Promise<number | null> => {
    const open = async (): Promise<StunClient> => owned.add(await StunClient.open({ family: server.family, clock, random }));
    const watch = async (): Promise<Watched | null> => {
      const socket = await open();
      const mapped = await mappingOf(socket, server);
      return mapped === null ? null : { socket, mapped };
    };
    const look = await wayToLook(await open(), await watch(), options);
    let bounds: LifetimeBounds = { atLeast: 0, below: null };
    if (look === null) return null;
    for (let ages = nextAges(bounds, range); ages.length > 0; ages = nextAges(bounds, range)) {
      const before = bounds;
      for await (const seen of looksAt(ages, watch, look, clock, owned)) {
        bounds = narrowed(bounds, [seen]);
        onProgress?.(bounds);
        if (!seen.isAlive) break;
      }
      // a silent server leaves things as they were
      if (bounds.atLeast === before.atLeast && bounds.below === before.below) break;
    }
    return bounds.atLeast === 0 ? null : Math.floor(bounds.atLeast);
  };
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    owned.dispose();
  }
}

/** Mappings that begin together and are looked at one after the other, each at its age; ends when the server says nothing. */
async function* looksAt(
  ages: readonly number[],
  watch: () => Promise<Watched | null>,
  look: Look,
  clock: Clock,
  owned: DisposableStore,
): AsyncGenerator<{ readonly age: number; readonly isAlive: boolean }> {
  const watched = await Promise.all(ages.map(watch));
  const beginMs = clock.monotonicMs();
  try {
    for (const [index, age] of ages.entries()) {
      const one = watched[index] ?? null;
      await new Promise<void>((resolve) => owned.add(clock.schedule(age * 1000 - (clock.monotonicMs() - beginMs), resolve)));
      const isAlive = one === null ? null : await look(one);
      if (isAlive === null) return;
      yield { age, isAlive };
    }
  } finally {
    for (const one of watched) if (one !== null) owned.release(one.socket);
  }
}

/** How mappings can be looked at here; null: not at all. */
async function wayToLook(helper: StunClient, first: Watched | null, { server, clock }: LifetimeOptions): Promise<Look | null> {
  if (first === null) return null;
  const byPort: Look = async (watched) => {
    if (await isWrittenTo(watched, helper, server, clock)) return true;
    return (await mappingOf(helper, server)) === null ? null : false;
  };
  if (await byPort(first)) return byPort;
  // a NAT that keeps our own port numbers gives the same one again, so that nothing can be told by it
  if (first.mapped.port === first.socket.local.port) return null;
  return async ({ socket, mapped }) => {
    const now = await mappingOf(socket, server);
    return now === null ? null : now.port === mapped.port && now.address === mapped.address;
  };
}

/** Has the server write to the watched port, and waits for that. */
function isWrittenTo({ socket, mapped }: Watched, helper: StunClient, server: StunAddress, clock: Clock): Promise<boolean> {
  const attributes = [{ type: stunAttributes.responsePort, value: encodeUint16(mapped.port) }];
  return new Promise((resolve) => {
    const owned = new DisposableStore();
    const settle = (isAlive: boolean): void => {
      owned.dispose();
      resolve(isAlive);
    };
    owned.add(socket.onStray(({ message, from }) => message.class === 'success' && from.port === server.port && settle(true)));
    owned.add(clock.schedule(answerMs, () => setImmediate(() => settle(false))));
    for (const atMs of [0, ...retransmissionTimes(rtoOf(null), answerMs)]) {
      owned.add(clock.schedule(atMs, () => void helper.tell(server, attributes)));
    }
  });
}

async function mappingOf(socket: StunClient, server: StunAddress): Promise<StunAddress | null> {
  try {
    const { message } = await socket.ask({ to: server, rtoMs: rtoOf(null), deadlineMs: answerMs });
    return mappedAddressOf(message) ?? null;
  } catch {
    return null;
  }
}
