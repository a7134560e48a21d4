import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PracticeOfficeLocator } from '#electron/office/practice-office-locator.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { DisposableStore, toDisposable } from '#shared/util/disposable.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { certificateIn } from '#test/support/office/office-fixture.ts';
import { TestClient } from '#test/support/office/test-client.ts';
import { TempFolder } from '#test/support/temp-folder.ts';

describe('finding the practice office', () => {
  let owned = new DisposableStore();
  afterEach(() => {
    owned.dispose();
    owned = new DisposableStore();
  });

  const folder = (): string => owned.add(new TempFolder('office')).path;
  const locator = (path: string, port = 0): PracticeOfficeLocator =>
    owned.add(
      new PracticeOfficeLocator({
        folder: path,
        port,
        stunPort: 0,
        clock: new SystemClock(),
        random: new SystemRandom(),
        logger: silentLogger,
        robots: owned.add(new FakeRobotMedia()),
      }),
    );
  const signIn = async (at: PracticeOfficeLocator, path: string, user: string): Promise<TestClient> => {
    const { server } = await at.ensure();
    const { password } = await at.credentialsFor(user);
    const client = owned.add(
      await TestClient.connect({
        port: server.port,
        certificate: certificateIn(path),
        user,
        password,
        instance: `urn:uuid:${randomUUID()}`,
      }),
    );
    expect((await client.register()).status).toBe(200);
    return client;
  };
  const freePort = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  it('makes a private identity once and keeps it', async () => {
    const path = folder();
    const first = locator(path);
    const { server, stunPort } = await first.ensure();
    expect(server).toMatchObject({ host: '127.0.0.1', transport: 'wss', path: '/', trust: { kind: 'pinned' } });
    expect(stunPort).toBeGreaterThan(0);
    expect(statSync(`${path}/office-identity.json`).mode & 0o777).toBe(0o600);
    expect(await first.ensure()).toEqual(await first.ensure());
    first.dispose();
    const second = await locator(path).ensure();
    expect(second.server.trust).toEqual(server.trust);
  });

  it('lets a second Commute use the office of the first, and run it on the same port when the first is gone', async () => {
    const path = folder();
    const port = await freePort();
    const [a, b] = [locator(path, port), locator(path, port)];
    const address = await a.ensure();
    expect(await b.ensure()).toEqual(address);
    expect([a.own !== undefined, b.own]).toEqual([true, undefined]);
    const anna = await signIn(a, path, '10');
    const ben = await signIn(b, path, '11');
    anna.invite('11', { sdp: 'offer' });
    await ben.takeRequest('INVITE');
    a.dispose();
    await ben.untilClosed();
    expect((await b.ensure()).server).toEqual(address.server);
    expect(b.own).toBeDefined();
    await signIn(b, path, '11');
  });

  it('starts one office when two ask at the same moment', async () => {
    const path = folder();
    const port = await freePort();
    const all = [locator(path, port), locator(path, port), locator(path, port)];
    const addresses = await Promise.all(all.map((each) => each.ensure()));
    expect(new Set(addresses.map(({ server }) => server.port))).toEqual(new Set([port]));
    expect(all.filter(({ own }) => own !== undefined)).toHaveLength(1);
  });

  it('takes another port when a stranger has the usual one, and is found there', async () => {
    const path = folder();
    const stranger = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    owned.add(toDisposable(() => stranger.close()));
    await once(stranger, 'listening');
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const first = await locator(path, port).ensure();
    expect(first.server.port).not.toBe(port);
    expect(await locator(path, port).ensure()).toEqual(first);
  });

  it('sets a damaged identity aside', async () => {
    const path = folder();
    writeFileSync(`${path}/office-identity.json`, '{"certificate": 1');
    await locator(path).ensure();
    expect(readFileSync(`${path}/office-identity.json.unusable`, 'utf8')).toBe('{"certificate": 1');
  });

  it('says so when the folder cannot be written', async () => {
    const path = folder();
    writeFileSync(`${path}/file`, '');
    await expect(locator(`${path}/file/office`).ensure()).rejects.toMatchObject({ code: 'practice-office-failed' });
  });

  it('knows only its people', async () => {
    const at = locator(folder());
    await expect(at.credentialsFor('10')).rejects.toThrow('practice-office-failed');
    await at.ensure();
    expect(await at.credentialsFor('10')).toMatchObject({ user: '10', displayName: 'Anna Berger' });
    await expect(at.credentialsFor('80')).rejects.toThrow('user-unknown');
  });

  it('gives every newcomer a person of their own, in whatever process the office runs', async () => {
    const path = folder();
    const port = await freePort();
    const [a, b] = [locator(path, port), locator(path, port)];
    await a.ensure();
    await b.ensure();
    expect([(await a.credentialsFor(null)).user, (await b.credentialsFor(null)).user]).toEqual(['10', '10']);
    await signIn(b, path, '10');
    expect([(await a.credentialsFor(null)).user, (await b.credentialsFor(null)).user]).toEqual(['11', '11']);
    await signIn(a, path, '11');
    expect([(await a.credentialsFor(null)).user, (await b.credentialsFor(null)).user]).toEqual(['12', '12']);
  });

  it('tells nobody else who is signed in', async () => {
    const path = folder();
    const { server } = await locator(path).ensure();
    const statusOf = (headers: Record<string, string>, url: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get(
          { host: '127.0.0.1', port: server.port, path: url, servername: 'localhost', ca: certificateIn(path), agent: false, headers },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).once('error', reject);
      });
    expect(await statusOf({}, '/status')).toBe(401);
    expect(await statusOf({ authorization: 'Bearer guess' }, '/status')).toBe(401);
    expect(await statusOf({}, '/')).toBe(426);
  });
});
