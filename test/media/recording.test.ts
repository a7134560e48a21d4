import { describe, expect, it } from 'vitest';
import { tonePlans } from '#shared/media/tone-plan.ts';
import { indexedRecording } from '../support/media/indexed-recording.ts';
import { probeSamples } from '../support/media/spectrum.ts';
import { describe as inWords, durationOf, hasExactly } from './fixture/far-ends.ts';
import { ownTone, useFarEnds } from './fixture/use-far-ends.ts';

const { media, far } = useFarEnds();
const sampleRate = 48_000;
const [annasTone, bensTone] = [620, 1_540];
const [signTone = 0] = tonePlans.recording.segments[0]?.frequenciesHz ?? [];
const quiet = { tone: false };

const untilPieces = async (recording: string, count: number): Promise<void> =>
  void (await expect.poll(async () => (await media().recorded(recording)).pieces, { timeout: 10_000 }).toBeGreaterThanOrEqual(count));

/** Which of the tones are in each stretch of 0.4 s, by turns that follow each other. */
function scenes(samples: Float32Array, ...choices: (readonly number[])[]): (readonly number[])[] {
  const length = 0.4 * sampleRate;
  const found: (readonly number[])[] = [];
  for (let start = 0; start + length <= samples.length; start += length / 4) {
    const heard = probeSamples(samples.subarray(start, start + length), sampleRate);
    const scene = choices.find((tones) => hasExactly(heard, tones));
    if (scene !== undefined && scene !== found.at(-1)) found.push(scene);
  }
  return found;
}

/** One beep. */
function expectSign(samples: Float32Array): void {
  const durationMs = durationOf(signTone, samples);
  expect(durationMs).toBeGreaterThanOrEqual(160);
  expect(durationMs).toBeLessThanOrEqual(280);
}

async function samplesOf(recording: string): Promise<Float32Array> {
  const { samples, channels } = await far().decode((await media().recorded(recording)).file);
  expect(channels).toBe(1);
  return samples;
}

describe('a recording', () => {
  it('holds both directions, in pieces that come at once', async () => {
    await far().connect('anna', annasTone);
    await media().call('startRecording', 'both', 'anna', quiet);
    const begun = performance.now();
    await untilPieces('both', 5);
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(await media().call('inventory')).toMatchObject({ recordings: 1, mixed: 0 });
    await media().call('stopRecording', 'both');
    const { pieces } = await media().recorded('both');
    const samples = await samplesOf('both');
    const heard = probeSamples(samples, sampleRate);
    expect(hasExactly(heard, [ownTone, annasTone]), inWords(heard)).toBe(true);
    // nothing comes after the end
    await far().untilHears('anna', ownTone);
    expect((await media().recorded('both')).pieces).toBe(pieces);
    expect(await media().call('inventory')).toMatchObject({ recordings: 0 });
  });

  it('goes on in silence while the call is held, and with one side while it is muted', async () => {
    await far().connect('anna', annasTone);
    await far().untilHears('anna', ownTone);
    const begun = performance.now();
    await media().call('startRecording', 'held', 'anna', quiet);
    await untilPieces('held', 3);
    await far().renegotiate('anna', { hold: true });
    await untilPieces('held', 6);
    await media().call('setMuted', 'anna', true);
    await far().renegotiate('anna', {});
    await untilPieces('held', 9);
    await media().call('stopRecording', 'held');
    const elapsedS = (performance.now() - begun) / 1000;
    const samples = await samplesOf('held');
    expect(scenes(samples, [ownTone, annasTone], [], [annasTone])).toEqual([[ownTone, annasTone], [], [annasTone]]);
    expect(samples.length / sampleRate).toBeGreaterThan(elapsedS - 0.5);
  });

  it('goes on in the same file when the call gets another peer', async () => {
    await far().connect('anna', annasTone);
    await media().call('startRecording', 'repaired', 'anna', quiet);
    await untilPieces('repaired', 3);
    await media().call('closePeer', 'anna');
    await untilPieces('repaired', 6);
    await far().connect('anna-repaired', bensTone);
    await media().call('startRecording', 'repaired', 'anna-repaired', quiet);
    await far().untilHears('anna-repaired', ownTone);
    await untilPieces('repaired', 9);
    await media().call('stopRecording', 'repaired');
    const [first, then, last] = [[ownTone, annasTone], [], [ownTone, bensTone]];
    expect(scenes(await samplesOf('repaired'), first, then, last)).toEqual([first, then, last]);
  });

  it('has a length and can be jumped into once it is indexed', async () => {
    await far().connect('anna', annasTone);
    await media().call('startRecording', 'indexed', 'anna', quiet);
    await untilPieces('indexed', 10);
    await media().call('stopRecording', 'indexed');
    const { file } = await media().recorded('indexed');
    expect((await far().play(file)).durationS).toBe(Infinity);
    const soundS = (await samplesOf('indexed')).length / sampleRate;
    const indexed = indexedRecording(file);
    if (typeof indexed === 'string') throw new Error(indexed);
    const { durationS, seekableS, soughtS, playedS, endS } = await far().play(indexed);
    expect(durationS).toBeGreaterThan(soundS - 0.2);
    expect(durationS).toBeLessThan(soundS + 0.2);
    expect(seekableS).toBeCloseTo(durationS, 1);
    expect(soughtS).toBeCloseTo(durationS / 2, 1);
    expect(playedS).toBeGreaterThan(durationS / 2 - 0.5);
    expect(endS).toBeCloseTo(durationS, 1);
    const { samples } = await far().decode(indexed);
    expect(Math.abs(samples.length / sampleRate - soundS)).toBeLessThan(0.1);
    const heard = probeSamples(samples, sampleRate);
    expect(hasExactly(heard, [ownTone, annasTone]), inWords(heard)).toBe(true);
    // a crash cuts anywhere
    const cut = indexedRecording(file.subarray(0, Math.floor(file.length * 0.8)));
    if (typeof cut === 'string') throw new Error(cut);
    const rest = await far().play(cut);
    expect(rest.durationS).toBeLessThan(durationS);
    expect(rest.soughtS).toBeCloseTo(rest.durationS / 2, 1);
  });

  it('of a member holds the whole conference', async () => {
    await far().connect('anna', annasTone);
    await far().connect('ben', bensTone);
    await media().call('startRecording', 'conference', 'anna', quiet);
    await media().call('setConference', [
      { peer: 'anna', silenced: false },
      { peer: 'ben', silenced: false },
    ]);
    await far().untilHears('anna', ownTone, bensTone);
    await media().call('setConference', []);
    await media().call('stopRecording', 'conference');
    expect(scenes(await samplesOf('conference'), [ownTone, annasTone], [ownTone, annasTone, bensTone])).toContainEqual([
      ownTone,
      annasTone,
      bensTone,
    ]);
  });

  it('says so with a sign that everybody hears', async () => {
    await far().connect('anna', annasTone);
    await far().untilHears('anna', ownTone);
    await media().call('setMuted', 'anna', true);
    const heard = await far().heardDuring('anna', async () => {
      await media().call('startRecording', 'signed', 'anna', { tone: true });
      expect(await media().call('inventory')).toMatchObject({ mixed: 1, audioElements: 2 });
      await untilPieces('signed', 3);
    });
    expectSign(heard);
    await media().call('startRecording', 'signed', 'anna', quiet);
    expect(await media().call('inventory')).toMatchObject({ mixed: 0, audioElements: 1 });
    await media().call('setMuted', 'anna', false);
    await far().untilHears('anna', ownTone);
    await media().call('stopRecording', 'signed');
    const samples = await samplesOf('signed');
    expectSign(samples);
    expect(scenes(samples, [annasTone], [annasTone, ownTone])).toEqual([[annasTone], [annasTone, ownTone]]);
  });

  it('is refused without a call, and may be stopped twice', async () => {
    await expect(media().call('startRecording', 'refused', 'nobody', quiet)).rejects.toThrow('media-failed');
    await media().call('stopRecording', 'refused');
    await media().call('stopRecording', 'never begun');
  });

  it('ends with a window that dies: this is told, and what there was can be played', { timeout: 60_000 }, async () => {
    await far().connect('anna', annasTone);
    await media().call('startRecording', 'lost', 'anna', quiet);
    const begun = performance.now();
    await media().call('startRecording', 'closed', 'anna', quiet);
    await untilPieces('lost', 5);
    await media().call('stopRecording', 'closed');
    const pid = await media().pageProcess();
    const recordedS = (performance.now() - begun) / 1000;
    process.kill(pid, 'SIGKILL');
    await media().untilEvent('recording-failed', { recording: 'lost' });
    expect(await media().events('recording-failed')).toMatchObject([{ recording: 'lost', error: { code: 'recording-failed' } }]);
    const samples = await samplesOf('lost');
    expect(samples.length / sampleRate).toBeGreaterThan(recordedS - 1);
    const heard = probeSamples(samples, sampleRate);
    expect(hasExactly(heard, [ownTone, annasTone]), inWords(heard)).toBe(true);
    await media().call('stopRecording', 'lost');
    await media().untilReady();
  });
});
