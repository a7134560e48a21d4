import { describe, expect, it } from 'vitest';
import { nothingAlive, useMediaHost } from './fixture/host-suite.ts';
import type { HostedMedia, Look } from './fixture/use-media.ts';

const media = useMediaHost();

async function kill(host: HostedMedia, signal: NodeJS.Signals): Promise<void> {
  const readyBefore = (await host.events('ready')).length;
  process.kill(await host.pageProcess(), signal);
  const readyEvents = (look: Look): number => look.events.filter(({ name }) => name === 'ready').length;
  // once for gone and once for back
  await host.until('the window back', (look) => readyEvents(look) >= readyBefore + 2, 25_000);
}

describe('a media window that dies', () => {
  it('is told with its peers, comes back, goes on ringing, and calls work again', { timeout: 60_000 }, async () => {
    await media().connect('a', 'b');
    await media().call('startTone', 'ringing', 'ring', 0.3);
    await media().call('startTone', 'over', 'busy', 0.3);
    await media().call('stopTone', 'over');
    const begun = performance.now();
    await kill(media(), 'SIGKILL');
    console.info(`window back after ${(performance.now() - begun).toFixed(0)} ms`);
    expect(await media().events('lost')).toEqual([{ peers: ['a', 'b'] }]);
    expect(await media().events('ready')).toEqual([true, false, true]);
    expect(await media().call('inventory')).toMatchObject({ peers: 0, tones: 1 });
    await media().call('stopTone', 'ringing');
    await expect(media().call('stats', 'a')).rejects.toThrow('media-failed');
    await media().connect('c', 'd');
    await media().untilHeard('d', 1_000);
    await media().untilHeard('c', 1_000);
  });

  it('answers what is asked meanwhile once it is back', { timeout: 60_000 }, async () => {
    const pid = await media().pageProcess();
    process.kill(pid, 'SIGKILL');
    await media().until('the window gone', ({ ready }) => !ready);
    expect(await media().call('createOffer', 'late', { iceRestart: false, hold: false })).toContain('typ host');
  });

  it('that hangs in a call is replaced', { timeout: 60_000 }, async () => {
    await media().connect('e', 'f');
    await kill(media(), 'SIGSTOP');
    expect((await media().events('lost')).at(-1)).toEqual({ peers: ['e', 'f'] });
    await media().connect('g', 'h');
    await media().untilHeard('h', 1_000);
  });
});

describe('fifty calls', () => {
  it('leave nothing behind', { timeout: 60_000 }, async () => {
    for (let call = 0; call < 25; call++) {
      const [caller, callee] = [`caller-${call}`, `callee-${call}`];
      await media().connect(caller, callee);
      await media().closeAll();
    }
    expect(await media().call('inventory')).toEqual(nothingAlive);
  });
});
