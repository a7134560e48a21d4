import { afterEach, describe, expect, it } from 'vitest';
import { checkNat, type NatCheckOptions } from '#electron/network/nat-check.ts';
import { StunServer } from '#electron/office/stun-server.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { ScriptedStunServer } from '#test/support/network/scripted-stun-server.ts';
import { openSilentPort } from '#test/support/network/silent-port.ts';

const clock = new SystemClock();
const check = (options: Partial<NatCheckOptions>) =>
  checkNat({ servers: [], lifetime: false, signal: new AbortController().signal, clock, random: new SystemRandom(), ...options });

describe('NAT check', () => {
  const owned: { dispose(): void }[] = [];
  afterEach(() => {
    for (const each of owned.splice(0)) each.dispose();
  });
  const serve = async (options: ConstructorParameters<typeof ScriptedStunServer>[0]): Promise<number> => {
    const server = new ScriptedStunServer(options);
    owned.push(server);
    return (await server.start()).port;
  };

  it('finds the way open to a server of two private addresses on this computer', async () => {
    const port = await serve({ address: '127.0.0.1', port: 0, manner: 'discovers', other: { address: '127.0.0.2', port: 0 } });
    const report = await check({ servers: [{ host: '127.0.0.1', port }] });
    expect(report).toMatchObject({ type: 'open', mapping: 'none', filtering: 'endpoint-independent', hairpin: null, error: null });
    expect(report.local).toEqual(report.mapped);
  });

  it('cannot tell the filtering by two servers of the practice office', async () => {
    const servers: { host: string; port: number }[] = [];
    for (let count = 0; count < 2; count++) {
      const server = new StunServer({ port: 0, clock, logger: silentLogger });
      owned.push(server);
      servers.push({ host: '127.0.0.1', port: await server.start() });
    }
    const report = await check({ servers });
    expect(report).toMatchObject({ type: 'firewall', mapping: 'none', filtering: 'unknown', filteringUnknownBecause: 'one-address' });
  });

  it('asks all addresses of a name, one after the other', async () => {
    const port = await serve({ address: '127.0.0.3', port: 0, manner: 'answers' });
    const resolve = async (): Promise<readonly string[]> => Promise.resolve(['127.0.0.4', '127.0.0.3']);
    const report = await check({ servers: [{ host: 'stun.example.org', port }], resolve });
    expect(report).toMatchObject({ server: `stun.example.org:${port}`, error: null, mapping: 'none' });
  });

  it('has nothing to ask without servers', async () => {
    expect(await check({})).toMatchObject({ server: '', error: { code: 'no-stun-server' } });
  });

  it('ends at once when it is given up, before and while it asks', async () => {
    const reason = new Error('given up');
    await expect(check({ servers: [{ host: '127.0.0.1', port: 9 }], signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const mute = await openSilentPort();
    owned.push({ dispose: () => mute.close() });
    const controller = new AbortController();
    const running = expect(check({ servers: [{ host: '127.0.0.1', port: mute.port }], signal: controller.signal })).rejects.toBe(reason);
    controller.abort(reason);
    await running;
  });
});
