import { describe, expect, it } from 'vitest';
import { useMediaHost } from './fixture/host-suite.ts';

const media = useMediaHost();

describe('the sound of a call', () => {
  it('goes both ways, in Opus', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    await media().untilHeard('a', 1_000);
    const stats = await media().call('stats', 'b');
    expect(stats).toMatchObject({ codec: 'opus', clockRate: 48_000, pair: { local: 'host', remote: 'host', protocol: 'udp' } });
    expect(stats.packetsReceived).toBeGreaterThan(20);
    expect(stats.packetsSent).toBeGreaterThan(20);
    expect(stats.roundTripMs).toBeLessThan(200);
    expect(stats.inboundLevel).toBeGreaterThan(0.1);
    expect(stats.outboundLevel).toBeGreaterThan(0.1);
  });

  it('is silent when muted, whatever else happens, and comes back', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    await media().call('setMuted', 'a', true);
    await media().untilHeard('b', null);
    await media().untilHeard('a', null, 'outbound');
    const devices = await media().call('listDevices');
    await media().configure({ audio: { microphone: devices.inputs[1] ?? null } });
    await media().untilHeard('b', null);
    await media().untilHeard('a', 1_000);
    await media().call('setMuted', 'a', false);
    await media().untilHeard('b', 1_000);
    await media().configure({});
  });

  it('goes on through a change of microphone, speaker and processing, without renegotiation', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    const { inputs, outputs } = await media().call('listDevices');
    expect(inputs.length).toBeGreaterThan(1);
    for (const microphone of inputs) {
      await media().configure({ audio: { microphone, speaker: outputs[1] ?? null } });
      await media().untilHeard('b', 1_000);
      await media().untilHeard('a', 1_000);
    }
    await media().configure({ audio: { microphone: { id: 'gone', label: 'gone' }, speaker: { id: 'gone', label: 'gone' } } });
    await media().untilHeard('b', 1_000);
    await media().configure({});
    expect(await media().events('microphone-failed')).toEqual([]);
  });

  it('is heard before the call is answered (early media)', async () => {
    const offer = await media().call('createOffer', 'a', { iceRestart: false, hold: false });
    const answer = await media().call('createAnswer', 'b', offer, { hold: false });
    await media().call('applyAnswer', 'a', answer, { provisional: true });
    await Promise.all([media().call('startAudio', 'a'), media().call('startAudio', 'b')]);
    await media().untilHeard('a', 1_000);
    await media().call('applyAnswer', 'a', answer, { provisional: false });
    await media().untilHeard('a', 1_000);
    await media().untilHeard('b', 1_000);
  });

  it('carries digits as RFC 4733 events', async () => {
    await media().connect('a', 'b');
    await media().call('setMuted', 'a', true);
    await media().untilHeard('b', null);
    await Promise.all([media().call('sendDtmf', 'a', '5555'), media().call('sendDtmf', 'a', '55555555')]);
    // What the receiver makes of the events is the pair 770 Hz and 1336 Hz; the rhythm of the digits widens the lines.
    const isFive = (hz: number): boolean => [770, 1_336].some((line) => Math.abs(hz - line) < 20);
    const heard = async (): Promise<boolean> => isFive((await media().call('probeTone', 'b', 'inbound', 400)).frequencyHz ?? 0);
    await expect.poll(heard, { timeout: 2_500 }).toBe(true);
    await media().untilHeard('b', null);
  });

  it('sends digits that were typed before the connection stood', async () => {
    const offer = await media().call('createOffer', 'a', { iceRestart: false, hold: false });
    const answer = await media().call('createAnswer', 'b', offer, { hold: false });
    const sent = media().call('sendDtmf', 'a', '1');
    await media().call('applyAnswer', 'a', answer, { provisional: false });
    await Promise.all([media().call('startAudio', 'a'), media().call('startAudio', 'b')]);
    await sent;
  });
});

describe('the microphone', () => {
  it('shows its level outside of calls and is let go', { timeout: 20_000 }, async () => {
    expect(await media().call('microphoneLevel')).toBeGreaterThan(0.1);
    expect(await media().call('microphoneLevel')).toBeGreaterThan(0.1);
    await expect.poll(async () => (await media().call('inventory')).streams, { timeout: 5_000 }).toBe(0);
  });
});

describe('tones', () => {
  it('play until they are stopped', async () => {
    await media().call('startTone', 'r', 'ring', 0.5);
    await media().call('startTone', 'w', 'call-waiting', 0.5);
    expect(await media().call('inventory')).toMatchObject({ tones: 2, audioElements: 2 });
    await media().call('startTone', 'r', 'ringback', 0.5);
    expect(await media().call('inventory')).toMatchObject({ tones: 2, audioElements: 2 });
    for (const id of ['r', 'w', 'w', 'unknown']) await media().call('stopTone', id);
  });

  it('say where they play: on the default when the chosen ringer is not there', async () => {
    const place = async (id: string): Promise<unknown> => {
      await media().call('startTone', id, 'ring', 0.5);
      const isOurs = (value: unknown): boolean => JSON.stringify(value).includes(`"id":"${id}"`);
      await media().until('the tone', ({ events }) => events.some(({ name, value }) => name === 'tone-playing' && isOurs(value)));
      await media().call('stopTone', id);
      return (await media().events('tone-playing')).find(isOurs);
    };
    expect(await place('on the default')).toEqual({ id: 'on the default', device: '', replaced: false });
    await media().configure({ audio: { ringer: { id: 'gone', label: 'Jabra' } } });
    expect(await place('replaced')).toEqual({ id: 'replaced', device: '', replaced: true });
    await media().configure({});
  });

  it('end by themselves where they are short', async () => {
    await media().call('startTone', 't', 'ended', 0.5);
    await expect.poll(async () => (await media().call('inventory')).tones, { timeout: 5_000 }).toBe(0);
  });
});
