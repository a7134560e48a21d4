import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedMedia } from './fixture/use-media.ts';

const held: { media?: HostedMedia } = {};
const media = (): HostedMedia => {
  if (held.media === undefined) throw new Error('The media host did not start.');
  return held.media;
};

beforeAll(async () => {
  held.media = await HostedMedia.open();
});
afterAll(() => held.media?.dispose());

describe('two peers of one window', () => {
  it('hear each other’s microphone', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    await media().untilHeard('a', 1_000);
    const stats = await media().call('stats', 'b');
    expect(stats).toMatchObject({ codec: 'opus', clockRate: 48_000, pair: { local: 'host', remote: 'host', protocol: 'udp' } });
    expect(media().launched.pageErrors()).toEqual([]);
  });
});
