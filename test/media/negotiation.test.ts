import { describe, expect, it } from 'vitest';
import { audioSectionOf, ufragOf } from '#shared/media/session-description.ts';
import { useMediaHost } from './fixture/host-suite.ts';

const media = useMediaHost();
const first = { iceRestart: false, hold: false };

describe('a description', () => {
  it('offers what Commute speaks, best first, with its candidates', async () => {
    const offer = await media().call('createOffer', 'a', first);
    expect(audioSectionOf(offer)).toEqual({
      refused: false,
      direction: 'sendrecv',
      codecs: ['opus', 'g722', 'pcmu', 'pcma', 'telephone-event', 'telephone-event'],
    });
    expect(offer).toMatch(/^a=fmtp:\d+ .*useinbandfec=1/m);
    expect(offer).toMatch(/^a=candidate:\S+ 1 udp \d+ [0-9a-f.:]+ \d+ typ host/m);
    expect(offer).not.toContain('.local');
    expect(offer).not.toContain('m=video');
  });

  it('answers without opening the microphone', async () => {
    const offer = await media().call('createOffer', 'a', first);
    const answer = await media().call('createAnswer', 'b', offer, { hold: false });
    expect(audioSectionOf(answer)).toMatchObject({ refused: false, direction: 'sendrecv' });
    expect(await media().call('inventory')).toMatchObject({ peers: 2, streams: 0, audioElements: 0 });
  });

  it('refuses video and takes the audio beside it', async () => {
    const offer = await media().call('createOffer', 'a', first);
    const mid = /^a=mid:(\S+)/m.exec(offer)?.[1] ?? '';
    const transport = offer.match(/^a=(ice-ufrag|ice-pwd|fingerprint|setup).*$/gm)?.join('\r\n') ?? '';
    const video = `m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:v\r\n${transport}\r\na=rtcp-mux\r\na=sendrecv\r\na=rtpmap:96 VP8/90000\r\n`;
    const both = offer.replace(`a=group:BUNDLE ${mid}`, `a=group:BUNDLE ${mid} v`) + video;
    const answer = await media().call('createAnswer', 'b', both, { hold: false });
    expect(audioSectionOf(answer)).toMatchObject({ refused: false, direction: 'sendrecv' });
    expect(answer).toMatch(/^m=video 0 /m);
  });

  it('is refused when no codec is common, and nothing stays', async () => {
    const offer = await media().call('createOffer', 'a', first);
    const foreign = offer
      .replace(/^m=audio (\d+) (\S+) .*$/m, 'm=audio $1 $2 3 101')
      .replace(/^a=(rtpmap|fmtp|rtcp-fb):.*\r\n/gm, '')
      .replace(/^a=mid:.*$/m, '$&\r\na=rtpmap:3 GSM/8000\r\na=rtpmap:101 telephone-event/8000');
    await expect(media().call('createAnswer', 'b', foreign, { hold: false })).rejects.toThrow('no-common-codec');
    expect(await media().call('inventory')).toMatchObject({ peers: 1 });
  });

  it.each(['', 'v=0', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', 'm=audio\r\n'.repeat(200)])(
    'is refused when it is not usable (%#)',
    async (offer) => {
      await expect(media().call('createAnswer', 'b', offer, { hold: false })).rejects.toThrow(/media-failed|no-common-codec/);
      expect(await media().call('inventory')).toMatchObject({ peers: 0 });
    },
  );
});

describe('a further round', () => {
  it('holds and takes back; the far end’s music plays meanwhile', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    const held = await media().renegotiate('a', 'b', { hold: true });
    expect(audioSectionOf(held.offer)?.direction).toBe('sendonly');
    expect(audioSectionOf(held.answer)?.direction).toBe('recvonly');
    await media().untilHeard('b', null);
    // the held side's element goes on playing
    expect(await media().call('inventory')).toMatchObject({ audioElements: 2 });
    const doubly = await media().renegotiate('b', 'a', { hold: true });
    expect(audioSectionOf(doubly.offer)?.direction).toBe('inactive');
    const back = await media().renegotiate('b', 'a', {});
    expect(audioSectionOf(back.offer)?.direction).toBe('sendrecv');
    await media().renegotiate('a', 'b', {});
    await media().untilHeard('b', 1_000);
    await media().untilHeard('a', 1_000);
  });

  it('answers a hold of the far end as RFC 3264 section 8.4 says, also while we hold', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    const answerOf = async (offer: string, hold: boolean): Promise<string | undefined> => {
      const answer = await media().call('createAnswer', 'b', offer, { hold });
      await media().call('applyAnswer', 'a', answer, { provisional: false });
      return audioSectionOf(answer)?.direction;
    };
    const held = await media().call('createOffer', 'a', { iceRestart: false, hold: true });
    expect(await answerOf(held, false)).toBe('recvonly');
    // both hold: nothing flows, and who takes back first still does not hear the other
    const again = await media().call('createOffer', 'a', { iceRestart: false, hold: true });
    expect(await answerOf(again, true)).toBe('inactive');
    await media().untilHeard('a', null);
    const back = await media().call('createOffer', 'a', { iceRestart: false, hold: false });
    expect(audioSectionOf(back)?.direction).toBe('sendrecv');
    expect(await answerOf(back, true)).toBe('sendonly');
    await media().untilHeard('a', null);
    await media().renegotiate('b', 'a', {});
    await media().untilHeard('a', 1_000);
    await media().untilHeard('b', 1_000);
  });

  it('restarts ICE on the same connection', async () => {
    await media().connect('a', 'b');
    const before = await media().renegotiate('a', 'b', {});
    const after = await media().renegotiate('a', 'b', { iceRestart: true });
    expect(ufragOf(after.offer)).not.toBe(ufragOf(before.offer));
    expect(after.offer).toMatch(/^a=candidate:.* typ host/m);
    expect(/^a=fingerprint:.*$/m.exec(after.offer)?.[0]).toBe(/^a=fingerprint:.*$/m.exec(before.offer)?.[0]);
    await media().untilHeard('b', 1_000);
    await media().untilHeard('a', 1_000);
  });

  it.each([
    { offerer: 'a', answerer: 'b', iceRestart: true, hold: true },
    { offerer: 'a', answerer: 'b', iceRestart: true, hold: false },
    { offerer: 'b', answerer: 'a', iceRestart: true, hold: false },
    { offerer: 'a', answerer: 'b', iceRestart: false, hold: true },
  ])('is taken back after a refusal, and the call sounds on: %o', async ({ offerer, answerer, iceRestart, hold }) => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    await media().call('createOffer', offerer, { iceRestart, hold });
    if (hold) await media().untilHeard(answerer, null);
    await media().call('rollback', offerer);
    await media().untilHeard(answerer, 1_000);
    await media().untilHeard(offerer, 1_000);
    await media().renegotiate(answerer, offerer, {});
    await media().untilHeard(offerer, 1_000);
    await media().renegotiate(offerer, answerer, { iceRestart: true });
    await media().untilHeard(answerer, 1_000);
    await media().untilHeard(offerer, 1_000);
  });

  it('keeps the call when an offer in it is not usable', async () => {
    await media().connect('a', 'b');
    await expect(media().call('createAnswer', 'a', 'v=0\r\nm=audio 9 RTP/AVP 0\r\nrubbish', { hold: false })).rejects.toThrow(
      'media-failed',
    );
    await media().untilHeard('a', 1_000);
  });

  it('waits for the one before: many at once end in order', async () => {
    await media().connect('a', 'b');
    const offers = await Promise.all(
      Array.from({ length: 20 }, (_, round) => media().call('createOffer', 'a', { iceRestart: round % 5 === 0, hold: round % 2 === 0 })),
    );
    expect(offers.map((offer) => audioSectionOf(offer)?.direction)).toEqual(
      offers.map((_, round) => (round % 2 === 0 ? 'sendonly' : 'sendrecv')),
    );
    await media().call('rollback', 'a');
    await media().renegotiate('a', 'b', {});
    await media().untilHeard('b', 1_000);
  });
});
