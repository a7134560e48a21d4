import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asAnswer,
  audioSectionOf,
  dtlsRoleOf,
  hasSpeech,
  isHeldBy,
  offeredDirection,
  onlyAudio,
  takesDigits,
  ufragOf,
} from '#shared/media/session-description.ts';

const sdp = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines].map((line) => `${line}\r\n`).join('');
const audio = (...lines: string[]): string[] => [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 126',
  'a=rtpmap:111 OPUS/48000/2',
  'a=rtpmap:126 telephone-event/8000',
  ...lines,
];

describe('audioSectionOf', () => {
  it('names codecs by rtpmap and by static payload type, in order', () => {
    expect(audioSectionOf(sdp(...audio('a=sendonly')))).toEqual({
      refused: false,
      direction: 'sendonly',
      codecs: ['opus', 'pcmu', 'telephone-event'],
    });
  });

  it('takes the direction of the session where the section has none', () => {
    expect(audioSectionOf(sdp('a=inactive', ...audio()))?.direction).toBe('inactive');
    expect(audioSectionOf(sdp('m=video 9 RTP/AVP 96', 'a=inactive', ...audio()))?.direction).toBe('sendrecv');
  });

  it('sees a refused section, and none', () => {
    expect(audioSectionOf(sdp('m=audio 0 RTP/AVP 0'))?.refused).toBe(true);
    expect(audioSectionOf(sdp('m=video 9 RTP/AVP 96'))).toBeUndefined();
    expect(audioSectionOf('')).toBeUndefined();
  });
});

describe('hasSpeech', () => {
  it.each([
    ['Opus', sdp(...audio()), true],
    ['PCMA without rtpmap', sdp('m=audio 4000 RTP/AVP 8'), true],
    ['tones and noise only', sdp('m=audio 4000 RTP/AVP 13 101', 'a=rtpmap:101 telephone-event/8000'), false],
    ['a foreign codec', sdp('m=audio 4000 RTP/AVP 3', 'a=rtpmap:3 GSM/8000'), false],
    ['a refused line', sdp('m=audio 0 RTP/AVP 0'), false],
  ])('%s', (_name, text, speech) => {
    expect(hasSpeech(text)).toBe(speech);
  });
});

describe('hold', () => {
  it.each([
    [false, false, 'sendrecv'],
    [false, true, 'sendrecv'],
    [true, false, 'sendonly'],
    [true, true, 'inactive'],
  ] as const)('we hold %s, far end holds %s: offers %s', (hold, held, direction) => {
    expect(offeredDirection(hold, held)).toBe(direction);
  });

  it('is told by sendonly and inactive', () => {
    expect(['sendrecv', 'sendonly', 'recvonly', 'inactive'].map((name) => isHeldBy(sdp(...audio(`a=${name}`))))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('onlyAudio', () => {
  it('refuses video and a second audio, and takes them out of the bundle', () => {
    const offer = sdp('a=group:BUNDLE v 0 2', 'm=video 9 RTP/AVP 96', 'a=mid:v', 'a=bundle-only', ...audio('a=mid:0'), ...audio('a=mid:2'));
    const text = onlyAudio(offer);
    expect(text.match(/^m=\S+ \d+/gm)).toEqual(['m=video 0', 'm=audio 9', 'm=audio 0']);
    expect(text).toContain('a=group:BUNDLE 0\r\n');
    expect(text).not.toContain('bundle-only');
  });

  it('leaves a plain call alone', () => {
    expect(onlyAudio(sdp(...audio()))).toBe(sdp(...audio()));
  });

  it('never throws and never adds a line', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('m=audio 9 RTP/AVP 0', 'm=video 9 RTP/AVP 96', 'a=group:BUNDLE 0 1', 'a=mid:0', 'a=mid:1', 'a=bundle-only'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\r\n');
        expect(onlyAudio(text).split(/\r?\n/).filter(Boolean).length).toBeLessThanOrEqual(text.split(/\r?\n/).filter(Boolean).length);
      }),
    );
  });
});

describe('asAnswer', () => {
  it('agrees to no more than either side wants', () => {
    const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
    const sends = (name: string): boolean => name === 'sendrecv' || name === 'sendonly';
    const hears = (name: string): boolean => name === 'sendrecv' || name === 'recvonly';
    for (const theirs of directions) {
      for (const ours of directions) {
        const answer = audioSectionOf(asAnswer(sdp(...audio(`a=${theirs}`)), sdp(...audio(`a=${ours}`)), 'active'))?.direction ?? '';
        expect([sends(answer), hears(answer)]).toEqual([sends(theirs) && hears(ours), hears(theirs) && sends(ours)]);
      }
    }
  });

  it('fixes the DTLS role that an offer left open', () => {
    const offer = sdp(...audio('a=setup:actpass'));
    expect(asAnswer(offer, offer, 'active')).toContain('a=setup:passive');
    expect(asAnswer(offer, offer, 'passive')).toContain('a=setup:active');
    expect(dtlsRoleOf(sdp(...audio('a=setup:active')))).toBe('active');
    expect(dtlsRoleOf(sdp(...audio('a=setup:passive')))).toBe('passive');
  });
});

it('takesDigits sees telephone events of any clock rate, and their absence', () => {
  expect(takesDigits(sdp(...audio()))).toBe(true);
  expect(takesDigits(sdp('m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:101 TELEPHONE-EVENT/48000'))).toBe(true);
  expect(takesDigits(sdp('m=audio 4000 RTP/AVP 0', 'a=rtpmap:101 telephone-event/8000'))).toBe(false);
  expect(takesDigits('')).toBe(false);
});

it('ufragOf finds the fragment', () => {
  expect(ufragOf(sdp(...audio('a=ice-ufrag:a+/9')))).toBe('a+/9');
  expect(ufragOf('')).toBe('');
});
