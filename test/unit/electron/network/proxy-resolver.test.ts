import { describe, expect, it } from 'vitest';
import { answerKeptMs, askDeadlineMs, SystemProxyResolver } from '#electron/network/proxy-resolver.ts';
import type { Logger } from '#shared/util/logger.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const direct = [{ kind: 'direct' }];
const proxied = [{ kind: 'http', host: 'proxy', port: 3128 }];
const url = 'wss://pbx.example.com:8089/ws';

function setUp(answer: (url: string) => Promise<string> = () => Promise.resolve('PROXY proxy:3128')) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  const system = { ready: true, answer };
  const resolver = new SystemProxyResolver({
    resolveProxy: (question) => {
      asked.push(question);
      return system.answer(question);
    },
    ready: () => system.ready,
    clock,
    logger,
  });
  return { clock, asked, warnings, system, resolver };
}

describe("the system's proxies", () => {
  it('are asked for by the schemes of the web', async () => {
    const t = setUp();
    expect(await t.resolver.resolve(url)).toEqual(proxied);
    await t.resolver.resolve('ws://pbx.example.com/ws');
    await t.resolver.resolve('wss://[2001:db8::1]/ws');
    expect(t.asked).toEqual(['https://pbx.example.com:8089/', 'http://pbx.example.com/', 'https://[2001:db8::1]/']);
    expect(t.clock.pendingCount).toBe(0);
  });

  it.each(['wss://127.0.0.1:8089/ws', 'wss://127.8.0.1/', 'wss://[::1]:1/', 'ws://localhost:80/', 'wss://a.localhost/', 'no url'])(
    'are not asked for %s',
    async (local) => {
      const t = setUp();
      expect(await t.resolver.resolve(local)).toEqual(direct);
      expect(t.asked).toEqual([]);
    },
  );

  it('are asked once for a while, and anew after that or on another network', async () => {
    const t = setUp();
    await Promise.all([t.resolver.resolve(url), t.resolver.resolve(url)]);
    t.clock.advance(answerKeptMs - 1);
    await t.resolver.resolve(url);
    expect(t.asked).toHaveLength(1);
    t.clock.advance(1);
    await t.resolver.resolve(url);
    expect(t.asked).toHaveLength(2);
    t.resolver.networkChanged();
    await t.resolver.resolve(url);
    expect(t.asked).toHaveLength(3);
  });

  it('are passed by when the system cannot say', async () => {
    const t = setUp(() => Promise.reject(new Error('no script')));
    expect(await t.resolver.resolve(url)).toEqual(direct);
    expect(t.warnings).toHaveLength(1);
    await t.resolver.resolve(url);
    expect(t.asked).toHaveLength(2);
  });

  it('are passed by when the system takes long, and used the next time', async () => {
    const late = Promise.withResolvers<string>();
    const t = setUp(() => late.promise);
    const first = t.resolver.resolve(url);
    await t.clock.advanceAsync(askDeadlineMs);
    expect(await first).toEqual(direct);
    expect(t.warnings).toHaveLength(1);
    late.resolve('PROXY proxy:3128');
    await t.clock.advanceAsync(0);
    expect(await t.resolver.resolve(url)).toEqual(proxied);
    expect(t.asked).toHaveLength(1);
  });

  it('of the network before do not count on the next', async () => {
    const late = Promise.withResolvers<string>();
    const t = setUp(() => late.promise);
    const first = t.resolver.resolve(url);
    t.resolver.networkChanged();
    t.system.answer = () => Promise.resolve('DIRECT');
    late.resolve('PROXY proxy:3128');
    await first;
    expect(await t.resolver.resolve(url)).toEqual(direct);
  });

  it('are not waited for before the system can be asked; one that is found then is told', async () => {
    const t = setUp();
    let found = 0;
    t.resolver.onProxyFound(() => found++);
    t.system.ready = false;
    expect(await t.resolver.resolve(url)).toEqual(direct);
    expect(t.asked).toEqual([]);
    t.system.ready = true;
    t.resolver.becameReady();
    await t.clock.advanceAsync(0);
    expect([found, t.asked.length]).toEqual([1, 1]);
    expect(await t.resolver.resolve(url)).toEqual(proxied);
    t.resolver.becameReady();
    await t.clock.advanceAsync(0);
    expect([found, t.asked.length]).toEqual([1, 1]);
  });

  it.each([() => Promise.resolve('DIRECT; PROXY a:1'), () => Promise.reject(new Error('x'))])(
    'that were not needed are not told',
    async (answer) => {
      const t = setUp(answer);
      let found = 0;
      t.resolver.onProxyFound(() => found++);
      t.system.ready = false;
      await t.resolver.resolve(url);
      t.resolver.becameReady();
      await t.clock.advanceAsync(0);
      expect(found).toBe(0);
    },
  );
});
