import { beforeEach, describe, expect, it } from 'vitest';
import { MediaService } from '#electron/media/media-service.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { FakeChannel } from './fake-channel.ts';

const configuration = { ice: { servers: [], relayOnly: false }, audio: defaultSettings.audio };
const first = { iceRestart: false, hold: false };

let clock: VirtualClock;
let channel: FakeChannel;
let service: MediaService;

beforeEach(() => {
  clock = new VirtualClock();
  channel = new FakeChannel();
  service = new MediaService({ channel, clock, logger: silentLogger });
});

async function start(): Promise<void> {
  const started = service.start();
  channel.becomeReady();
  await started;
}

describe('the start', () => {
  it('opens the window and configures it as soon as it is ready, before anything that waited', async () => {
    service.configure(configuration);
    const started = service.start();
    void service.createOffer('a', first).catch(() => undefined);
    expect(channel).toMatchObject({ opened: 1, sent: [] });
    channel.becomeReady();
    await started;
    expect(channel.sent.map(({ name }) => name)).toEqual(['configure', 'create-offer']);
  });

  it('fails when the page does not come, and is tried again', async () => {
    const started = service.start();
    await Promise.all([expect(started).rejects.toMatchObject({ code: 'media-failed' }), clock.advanceAsync(10_000)]);
    await clock.advanceAsync(0);
    expect(channel.opened).toBe(2);
    channel.becomeReady();
    expect(service.ready).toBe(true);
  });
});

describe('a call that is over early', () => {
  it('gets no peer when the window comes only then', async () => {
    const started = service.start();
    const offer = service.createOffer('a', first);
    service.closePeer('a');
    channel.becomeReady();
    await started;
    await expect(offer).rejects.toMatchObject({ code: 'media-failed' });
    expect(channel.asked('create-offer')).toEqual([]);
  });

  it('is not cut any more', async () => {
    await start();
    const offer = service.createOffer('a', first);
    await clock.advanceAsync(5);
    service.closePeer('a');
    await clock.advanceAsync(1_000);
    expect(channel.asked('cut-gathering')).toEqual([]);
    channel.answer('create-offer', { sdp: 'v=0' });
    await offer;
  });
});

describe('gathering', () => {
  it('is cut softly after 250 ms, harder after 500 ms and for good after 4 s', async () => {
    await start();
    const offer = service.createOffer('a', first);
    await clock.advanceAsync(249);
    expect(channel.asked('cut-gathering')).toEqual([]);
    await clock.advanceAsync(1);
    expect(channel.asked('cut-gathering').map(({ params }) => params)).toEqual([{ peer: 'a', cut: 'soft' }]);
    await clock.advanceAsync(250);
    expect(channel.asked('cut-gathering').at(-1)?.params).toEqual({ peer: 'a', cut: 'hard' });
    await clock.advanceAsync(3_500);
    expect(channel.asked('cut-gathering').at(-1)?.params).toEqual({ peer: 'a', cut: 'last' });
    channel.answer('create-offer', { sdp: 'v=0' });
    expect(await offer).toBe('v=0');
  });

  it('is not cut when the description has left', async () => {
    await start();
    const offer = service.createAnswer('a', 'v=0', { hold: false });
    await clock.advanceAsync(5);
    channel.answer('create-answer', { sdp: 'v=0' });
    await offer;
    await clock.advanceAsync(1_000);
    expect(channel.asked('cut-gathering')).toEqual([]);
  });
});

describe('a trial of ICE', () => {
  const { ice } = configuration;
  const trial = { candidates: [], failures: [], gatheredMs: 0, loopBack: { connected: false, tookMs: 0, pair: null } };

  it('is told to go on, and at last to end, and answers with what there is', async () => {
    await start();
    const checked = service.checkIce(ice, { timeoutMs: 4_000 });
    await clock.advanceAsync(2_399);
    const [check] = channel.asked('check-ice').map(({ params }) => idOf(params));
    expect(channel.asked('end-check-ice')).toEqual([]);
    await clock.advanceAsync(1_600);
    expect(channel.asked('end-check-ice').map(({ params }) => params)).toEqual([{ check, stage: 'gathering' }]);
    await clock.advanceAsync(1);
    expect(channel.asked('end-check-ice').at(-1)?.params).toEqual({ check, stage: 'all' });
    channel.answer('check-ice', trial);
    expect(await checked).toEqual(trial);
  });

  it('is told to end when nobody wants to know any more, each by its own name', async () => {
    await start();
    const controller = new AbortController();
    const { signal } = controller;
    const trials = [service.checkIce(ice, { timeoutMs: 4_000, signal }), service.checkIce(ice, { timeoutMs: 4_000, signal })];
    await clock.advanceAsync(0);
    controller.abort();
    trials.push(service.checkIce(ice, { timeoutMs: 4_000, signal }));
    await clock.advanceAsync(0);
    const ended = channel.asked('end-check-ice').map(({ params }) => params);
    const begun = channel.asked('check-ice').map(({ params }) => idOf(params));
    expect(new Set(begun).size).toBe(3);
    expect(ended).toEqual(begun.map((check) => ({ check, stage: 'all' })));
    const failed = trials.map((each) => expect(each).rejects.toMatchObject({ code: 'media-failed' }));
    await Promise.all([...failed, clock.advanceAsync(5_000)]);
  });

  function idOf(params: unknown): unknown {
    return typeof params === 'object' && params !== null && 'check' in params ? params.check : undefined;
  }
});

describe('what comes back', () => {
  it('is a report as an error, and a bug when it is not of the contract', async () => {
    await start();
    const refused = service.createOffer('a', first);
    await clock.advanceAsync(0);
    channel.message.fire({
      kind: 'reply',
      number: channel.sent.at(-1)?.number,
      ok: false,
      error: { code: 'no-common-codec', details: {} },
    });
    await expect(refused).rejects.toMatchObject({ code: 'no-common-codec' });
    const wrong = service.stats('a');
    await clock.advanceAsync(0);
    channel.answer('stats', { codec: 7 });
    await expect(wrong).rejects.toMatchObject({ code: 'internal', kind: 'bug' });
  });

  it.each([
    undefined,
    'text',
    { kind: 'event', name: 'constructor', value: {} },
    { kind: 'event', name: 'peer-state', value: { peer: 1 } },
    { kind: 'reply', number: 99, ok: true, value: 1 },
  ])('is ignored when it is rubbish (%#)', async (message) => {
    await start();
    expect(() => channel.message.fire(message)).not.toThrow();
  });

  it('does not come in time: the request fails', async () => {
    await start();
    const stats = service.stats('a');
    await Promise.all([expect(stats).rejects.toMatchObject({ code: 'media-failed' }), clock.advanceAsync(10_000)]);
  });
});

describe('a window that dies', () => {
  it('takes its peers and its requests along, and is rebuilt in a later turn with what held before', async () => {
    service.configure(configuration);
    await start();
    const lost: unknown[] = [];
    service.onLost((value) => lost.push(value));
    void service.createOffer('closed', first).catch(() => undefined);
    const offer = service.createOffer('a', first);
    service.startTone('r', 'ring', 0.5);
    service.startTone('once', 'ended', 0.5);
    await clock.advanceAsync(0);
    service.closePeer('closed');
    channel.gone.fire({ reason: 'crashed' });
    expect(channel.opened).toBe(1);
    expect(lost).toEqual([{ peers: ['a'] }]);
    await expect(offer).rejects.toMatchObject({ code: 'media-failed' });
    await clock.advanceAsync(0);
    expect(channel.opened).toBe(2);
    channel.sent.length = 0;
    channel.becomeReady();
    expect(channel.sent.map(({ name, params }) => [name, params])).toEqual([
      ['configure', configuration],
      ['start-tone', { id: 'r', tone: 'ring', volume: 0.5 }],
    ]);
  });

  it('tells where a tone plays, again when it plays on in another window', async () => {
    await start();
    const told: unknown[] = [];
    service.onTonePlaying((value) => told.push(value));
    service.startTone('r', 'ring', 0.5);
    channel.answer('start-tone', { device: 'Headset', replaced: false });
    await clock.advanceAsync(0);
    channel.gone.fire({ reason: 'crashed' });
    await clock.advanceAsync(0);
    channel.becomeReady();
    channel.answer('start-tone', { device: null, replaced: true });
    await clock.advanceAsync(0);
    expect(told).toEqual([
      { id: 'r', device: 'Headset', replaced: false },
      { id: 'r', device: null, replaced: true },
    ]);
  });

  it('over and over rests until the oldest death is a minute ago; requests fail at once meanwhile', async () => {
    await start();
    for (let death = 0; death < 4; death++) {
      channel.gone.fire({ reason: 'crashed' });
      await clock.advanceAsync(1_000);
      channel.becomeReady();
    }
    expect(channel.opened).toBe(4);
    expect(service.ready).toBe(false);
    await expect(service.stats('a')).rejects.toMatchObject({ code: 'media-failed' });
    await clock.advanceAsync(60_000);
    expect(channel.opened).toBe(5);
    channel.becomeReady();
    expect(service.ready).toBe(true);
  });

  it('without a word (it hangs) is found while there are peers', async () => {
    await start();
    await clock.advanceAsync(60_000);
    expect(channel.sent).toEqual([]);
    const offer = service.createOffer('a', first);
    await clock.advanceAsync(0);
    channel.answer('create-offer', { sdp: 'v=0' });
    await offer;
    await clock.advanceAsync(5_000);
    channel.answer('inventory', { peers: 1, tones: 0, streams: 0, audioElements: 0, recordings: 0, mixed: 0 });
    await clock.advanceAsync(5_000);
    expect(channel.asked('inventory')).toHaveLength(2);
    await clock.advanceAsync(10_000);
    expect(channel.opened).toBe(2);
  });
});

describe('a conference', () => {
  it('is declared as a whole, and needs no window to end', async () => {
    const ended = service.setConference([]);
    await ended;
    await start();
    const members = [
      { peer: 'a', silenced: false },
      { peer: 'b', silenced: true },
    ];
    const declared = service.setConference(members);
    await clock.advanceAsync(0);
    expect(channel.asked('set-conference').map(({ params }) => params)).toEqual([{ members }]);
    channel.answer('set-conference', {});
    await declared;
  });
});

describe('a recording', () => {
  const pieces: unknown[] = [];
  const failures: unknown[] = [];

  beforeEach(async () => {
    pieces.length = 0;
    failures.length = 0;
    service.onRecordingData((piece) => pieces.push(piece));
    service.onRecordingFailed((failure) => failures.push(failure));
    await start();
    const started = service.startRecording('r', 'a', { tone: true });
    await clock.advanceAsync(0);
    expect(channel.asked('start-recording').at(-1)?.params).toEqual({ recording: 'r', peer: 'a', tone: true });
    channel.answer('start-recording', {});
    await started;
  });

  const tell = (bytes: unknown): void => channel.message.fire({ kind: 'event', name: 'recording-data', value: { recording: 'r', bytes } });

  it('is told piece by piece; what is no piece is not', () => {
    tell(new Uint8Array([1, 2]));
    tell(new Uint8Array([3]));
    for (const rubbish of [[1, 2], { 0: 1 }, 'text', new Uint8Array(1_048_577), null]) tell(rubbish);
    expect(pieces).toEqual([
      { recording: 'r', bytes: new Uint8Array([1, 2]) },
      { recording: 'r', bytes: new Uint8Array([3]) },
    ]);
  });

  it('is stopped once, and does not fail afterwards', async () => {
    const stopped = service.stopRecording('r');
    await clock.advanceAsync(0);
    channel.answer('stop-recording', {});
    await stopped;
    await service.stopRecording('r');
    expect(channel.asked('stop-recording')).toHaveLength(1);
    channel.gone.fire({ reason: 'crashed' });
    expect(failures).toEqual([]);
  });

  it('that fails by itself is told once', async () => {
    const error = { code: 'recording-failed', details: { reason: 'why' } };
    for (const recording of ['r', 'r', 'unknown'])
      channel.message.fire({ kind: 'event', name: 'recording-failed', value: { recording, error } });
    expect(failures).toEqual([{ recording: 'r', error }]);
    await service.stopRecording('r');
    expect(channel.asked('stop-recording')).toEqual([]);
  });

  it('that is lost with the window is told, also to who stops it at that moment', async () => {
    const stopped = service.stopRecording('r');
    await clock.advanceAsync(0);
    channel.gone.fire({ reason: 'crashed' });
    expect(failures).toMatchObject([{ recording: 'r', error: { code: 'recording-failed' } }]);
    await stopped;
    expect(failures).toHaveLength(1);
  });

  it('keeps the watch over a window that hangs, although the peer is gone', async () => {
    await clock.advanceAsync(5_000);
    expect(channel.asked('inventory')).toHaveLength(1);
    await clock.advanceAsync(10_000);
    expect(failures).toHaveLength(1);
    channel.becomeReady();
    await clock.advanceAsync(60_000);
    expect(channel.asked('inventory')).toHaveLength(1);
  });
});

it('leaves no timer behind', async () => {
  await start();
  void service.createOffer('a', first).catch(() => undefined);
  void service.stats('a').catch(() => undefined);
  await clock.advanceAsync(0);
  service.dispose();
  await clock.advanceAsync(0);
  expect(clock.pendingCount).toBe(0);
  expect(channel.disposed).toBe(true);
  await expect(service.stats('a')).rejects.toMatchObject({ code: 'media-failed' });
});
