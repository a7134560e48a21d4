import { describe, expect, it } from 'vitest';
import { useMediaHost } from './fixture/host-suite.ts';

const media = useMediaHost();

describe('sound that is opened anew', () => {
  it('is heard on both sides without another round, with nothing doubled', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    for (let time = 0; time < 5; time++) await media().call('reopenAudio', 'a');
    expect(await media().call('inventory')).toMatchObject({ streams: 1, audioElements: 2 });
    await media().untilHeard('b', 1_000);
    await media().untilHeard('a', 1_000);
  });

  it('stays muted, and stays silent where it was not opened yet', async () => {
    await media().connect('a', 'b');
    await media().call('setMuted', 'a', true);
    await media().untilHeard('b', null);
    await media().call('reopenAudio', 'a');
    await media().untilHeard('b', null);
    await media().call('setMuted', 'a', false);
    await media().untilHeard('b', 1_000);
    await media().closeAll();
    await media().call('createOffer', 'c', { iceRestart: false, hold: false });
    await media().call('reopenAudio', 'c');
    expect(await media().call('inventory')).toMatchObject({ streams: 0, audioElements: 0 });
  });

  it('is not there without its peer', async () => {
    await expect(media().call('reopenAudio', 'nobody')).rejects.toThrow('media-failed');
  });
});
