import { describe, expect, it } from 'vitest';
import { audioDirection, fingerprints, isHeldByRemote } from '#shared/sip/media-direction.ts';

const session = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';

describe('the direction of the audio', () => {
  it.each([
    [`${session}m=audio 9 RTP/SAVP 0\r\na=sendonly\r\n`, 'sendonly'],
    [`${session}a=inactive\r\nm=audio 9 RTP/SAVP 0\r\n`, 'inactive'],
    [`${session}a=sendonly\r\nm=video 9 RTP/SAVP 96\r\na=inactive\r\nm=audio 9 RTP/SAVP 0\r\na=recvonly\r\n`, 'recvonly'],
    [`${session}m=video 9 RTP/SAVP 96\r\na=sendonly\r\nm=audio 9 RTP/SAVP 0\r\n`, 'sendrecv'],
    [`${session}m=audio 0 RTP/SAVP 0\r\na=sendrecv\r\n`, 'inactive'],
    [`${session}m=video 9 RTP/SAVP 96\r\n`, null],
    ['', null],
  ])('%#', (sdp, direction) => {
    expect(audioDirection(sdp)).toBe(direction);
  });
});

describe('held by the far end', () => {
  it.each([
    // their offers
    ['sendonly', null, false, true],
    ['inactive', null, false, true],
    ['sendrecv', null, true, false],
    ['recvonly', null, true, false],
    // their answers to ours
    ['recvonly', 'sendonly', false, false],
    ['inactive', 'sendonly', false, true],
    ['sendonly', 'sendrecv', false, true],
    ['sendrecv', 'sendrecv', true, false],
    // answers that could not say anything else
    ['inactive', 'inactive', false, false],
    ['inactive', 'inactive', true, true],
    [null, null, true, true],
  ] as const)('theirs %s, ours %s, before %s: %s', (theirs, ours, before, held) => {
    expect(isHeldByRemote(theirs, ours, before)).toBe(held);
  });
});

it('knows a peer connection by its certificates', () => {
  const one = `${session}a=fingerprint:sha-256 AA:BB\r\nm=audio 9 RTP/SAVP 0\r\na=fingerprint:SHA-256 aa:bb\r\n`;
  expect(fingerprints(one)).toBe('sha-256 aa:bb');
  expect(fingerprints(session)).toBe('');
});
