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
