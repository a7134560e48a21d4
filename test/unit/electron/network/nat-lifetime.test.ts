import { afterEach, describe, expect, it } from 'vitest';
import { measureLifetime } from '#electron/network/nat-lifetime.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import type { LifetimeBounds } from '#shared/network/nat/lifetime-law.ts';
import type { StunAddress } from '#shared/network/stun/address.ts';
import { ScriptedStunServer, type ScriptedStunOptions } from '#test/support/network/scripted-stun-server.ts';

const range = { shortest: 0.1, longest: 0.8 };

describe('measuring the lifetime of a mapping', () => {
  let server: ScriptedStunServer | undefined;
  afterEach(() => server?.dispose());
  const serve = async (options: Partial<ScriptedStunOptions>): Promise<StunAddress> => {
    server = await new ScriptedStunServer({ address: '127.0.0.1', port: 0, manner: 'answers', ...options }).start();
    return { family: 4, address: '127.0.0.1', port: server.port };
  };
  const measure = (to: StunAddress, signal = new AbortController().signal, onProgress?: (bounds: LifetimeBounds) => void) =>
    measureLifetime({
      server: to,
      clock: new SystemClock(),
      random: new SystemRandom(),
      signal,
      range,
      ...(onProgress === undefined ? {} : { onProgress }),
    });

  it('finds the bounds by having the server write to ports that were silent, and tells them on the way', async () => {
    const lastHeard = (port: number): number => server?.requests.findLast(({ from }) => from.port === port)?.atMs ?? 0;
    const to = await serve({ reaches: (port) => performance.now() - lastHeard(port) < 300 });
    const told: LifetimeBounds[] = [];
    // whole seconds are what a person is told; here they are none
    expect(await measure(to, undefined, (bounds) => told.push(bounds))).toBe(0);
    const last = told.at(-1);
    expect(last?.atLeast).toBeGreaterThan(0.1);
    expect(last?.below).toBeLessThanOrEqual(0.4);
    expect((last?.below ?? 1) - (last?.atLeast ?? 0)).toBeLessThan(0.15);
    expect(told[0]).toEqual({ atLeast: 0.1, below: null });
  });

  it('cannot tell where the server does not write elsewhere and our own port numbers are kept', async () => {
    expect(await measure(await serve({ reaches: () => false }))).toBeNull();
  });

  it('cannot tell where nobody answers', async () => {
    expect(await measure(await serve({ manner: 'refuses' }))).toBeNull();
  });

  it('ends at once when it is given up', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    const to = await serve({});
    const running = expect(measure(to, controller.signal, () => controller.abort(reason))).rejects.toBe(reason);
    await running;
    await expect(measure(to, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
