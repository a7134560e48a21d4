import { describe, expect, it } from 'vitest';
import { checkIce, type IceCheckOptions } from '#electron/network/ice-check.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { IceConfiguration, IceTrial } from '#shared/ipc/media-contract.ts';
import { iceReportSchema } from '#shared/network/ice/report.ts';
import type { IceServerAccess } from '#shared/network/ice/servers.ts';
import { startMappedServer } from '#test/support/network/mapped-server.ts';
import { openSilentPort } from '#test/support/network/silent-port.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';

const host = {
  type: 'host',
  family: 4,
  protocol: 'udp',
  relayProtocol: null,
  port: 5_000,
  server: null,
  atMs: 1,
  relatedAddress: null,
} as const;
const trial: IceTrial = {
  candidates: [
    { ...host, address: '10.0.0.2' },
    { ...host, family: 6, address: '2001:db8::2' },
    { ...host, type: 'srflx', address: '203.0.113.7', server: 'stun:s', relatedAddress: '10.0.0.2' },
    {
      ...host,
      type: 'relay',
      relayProtocol: 'udp',
      address: '198.51.100.1',
      server: 'turn:127.0.0.1:9?transport=udp',
      relatedAddress: '0.0.0.0',
    },
  ],
  failures: [],
  gatheredMs: 20,
  loopBack: { connected: true, tookMs: 5, pair: { local: 'host', remote: 'host', protocol: 'udp' } },
};
const addresses = [
  { interfaceName: 'eth0', address: '10.0.0.2', internal: false },
  { interfaceName: 'wg0', address: '2001:DB8:0::2', internal: false },
];
const server = (uri: string): IceServerAccess => ({
  id: uri.slice(0, 60),
  uri,
  username: uri.startsWith('turn') ? 'u' : '',
  password: 'p',
});

function options(changed: Partial<IceCheckOptions> = {}): IceCheckOptions {
  return {
    servers: [],
    relayOnly: false,
    nat: null,
    media: { checkIce: () => Promise.resolve(trial) },
    addresses: () => addresses,
    authorities: () => [],
    clock: new SystemClock(),
    random: new SystemRandom(),
    signal: new AbortController().signal,
    ...changed,
  };
}

describe('a check of ICE', () => {
  it('names the interface of each address, and asks the window with the passwords', async () => {
    const asked: IceConfiguration[] = [];
    const stun = await startMappedServer('203.0.113.7');
    const media: IceCheckOptions['media'] = {
      checkIce(ice) {
        asked.push(ice);
        return Promise.resolve(trial);
      },
    };
    const report = await checkIce(options({ media, servers: [server(stun.uri), server('turn:127.0.0.1:9')] }));
    stun.close();
    expect(iceReportSchema.parse(report)).toEqual(report);
    expect(report.candidates.map(({ interfaceName }) => interfaceName)).toEqual(['eth0', 'wg0', 'eth0', null]);
    expect(report.candidates.map(({ server }) => server)).toEqual([null, null, 'stun:s', 'turn:127.0.0.1:9']);
    expect(report).toMatchObject({ status: 'available', reason: 'direct-only', gatheredMs: 20 });
    expect(report.servers).toMatchObject([
      { works: true, address: '203.0.113.7' },
      { works: false, error: { code: 'relay-unreachable' } },
    ]);
    const turn = { urls: 'turn:127.0.0.1:9', username: 'u', credential: 'p' };
    expect(asked).toEqual([{ servers: [{ urls: stun.uri }, turn], relayOnly: false }]);
  });

  it('is over within five seconds although every server is dead', { timeout: 10_000 }, async () => {
    const silent = await openSilentPort();
    const dead = ['stun:', 'turn:', 'turn:'].map((scheme) => server(`${scheme}127.0.0.1:${silent.port}`));
    const begun = performance.now();
    const report = await checkIce(options({ servers: dead }));
    silent.close();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(report.servers.map(({ works }) => works)).toEqual([false, false, false]);
  });

  it('ends at once when nobody wants to know any more', async () => {
    const silent = await openSilentPort();
    const controller = new AbortController();
    let told: AbortSignal | undefined;
    const media: IceCheckOptions['media'] = {
      checkIce(_ice, { signal }) {
        told = signal;
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(trial)));
      },
    };
    const check = checkIce(options({ media, servers: [server(`turn:127.0.0.1:${silent.port}`)], signal: controller.signal }));
    controller.abort(new Error('stopped'));
    await expect(check).rejects.toThrow('stopped');
    expect(told?.aborted).toBe(true);
    silent.close();
  });

  it('fails with the media window, and lets go of the servers', async () => {
    const silent = await openSilentPort();
    const media: IceCheckOptions['media'] = { checkIce: () => Promise.reject(new AppError('media-failed')) };
    const begun = performance.now();
    await expect(checkIce(options({ media, servers: [server(`turn:127.0.0.1:${silent.port}`)] }))).rejects.toMatchObject({
      code: 'media-failed',
    });
    expect(performance.now() - begun).toBeLessThan(2_000);
    silent.close();
  });
});
