import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CaptivePortalCheck, probeDeadlineMs } from '#electron/network/captive-portal-check.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const host = 'pbx.practice.example';

/** The name service of an honest network: the practice leads to the test's own server, and nothing else anywhere. */
const honest = (name: string): Promise<string> => (name === host ? Promise.resolve('127.0.0.1') : Promise.reject(new Error('ENOTFOUND')));

function setUp(httpPort: number, addressOf: (name: string) => Promise<string> = honest) {
  const clock = new VirtualClock();
  const names: string[] = [];
  const check = new CaptivePortalCheck({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    httpPort,
    addressOf: (name) => {
      names.push(name);
      return addressOf(name);
    },
  });
  return { clock, names, check };
}

async function web(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a look for a portal', () => {
  it('asks the server itself for its first page, and follows nothing', async () => {
    const asked: (string | undefined)[] = [];
    const port = await web((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.writeHead(511).end('sign in');
    });
    const t = setUp(port);
    expect(await t.check.evidence(host)).toBe('sign-in-required');
    expect(asked).toEqual([`GET / ${host}`]);
    expect(t.names.toSorted()).toEqual([expect.stringMatching(/^commute-[0-9a-f]{12}\.invalid$/), host]);
    expect(t.clock.pendingCount).toBe(0);
  });

  it('knows a redirect to a gateway', async () => {
    const port = await web((_request, response) => response.writeHead(302, { location: 'http://192.168.44.1/login?x' }).end());
    expect(await setUp(port).check.evidence(host)).toBe('redirect');
  });

  it('knows a name service that gives one address for all', async () => {
    const t = setUp(1, () => Promise.resolve('10.0.0.1'));
    expect(await t.check.evidence('pbx.invalid')).toBe('name-service');
  });

  it('finds nothing where nothing is', async () => {
    expect(await setUp(1).check.evidence(host)).toBeUndefined();
  });

  it('does not ask this computer', async () => {
    const t = setUp(1);
    expect(await t.check.evidence('127.0.0.1')).toBeUndefined();
    expect(t.names).toEqual([]);
  });

  it('ends in time when the name service says nothing', async () => {
    const t = setUp(1, () => new Promise(() => undefined));
    const looking = t.check.evidence(host);
    await t.clock.advanceAsync(probeDeadlineMs);
    expect(await looking).toBeUndefined();
  });

  it('ends in time when the server says nothing', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => new Promise((resolve) => silent.close(resolve)));
    const address = silent.address();
    const t = setUp(typeof address === 'object' && address !== null ? address.port : 0);
    const arrived = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const looking = t.check.evidence(host);
    await arrived;
    t.clock.advance(probeDeadlineMs);
    expect(await looking).toBeUndefined();
  });
});
