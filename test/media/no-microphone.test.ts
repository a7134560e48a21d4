import { isIP } from 'node:net';
import { expect, it } from 'vitest';
import { useMediaHost } from './fixture/host-suite.ts';

const media = useMediaHost(() => ({ microphone: 'none' }));

it('without a microphone the call stands, is told once, and hears', async () => {
  await media().connect('a', 'b');
  expect(await media().events('microphone-failed')).toEqual([
    { peer: 'a', error: { code: 'microphone-missing', details: {} } },
    { peer: 'b', error: { code: 'microphone-missing', details: {} } },
  ]);
  await expect(media().call('microphoneLevel')).rejects.toThrow('microphone-missing');
  expect((await media().call('stats', 'a')).pair).not.toBeNull();
});

it('without a microphone addresses are real all the same, not names that nobody else resolves', async () => {
  const { candidates, loopBack } = await media().call('checkIce', { servers: [], relayOnly: false }, { timeoutMs: 2_000 });
  expect(candidates.map(({ address }) => isIP(address) !== 0)).toEqual(candidates.map(() => true));
  expect(candidates).not.toEqual([]);
  expect(loopBack.connected).toBe(true);
});
