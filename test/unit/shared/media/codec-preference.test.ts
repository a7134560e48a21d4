import { expect, it } from 'vitest';
import { preferredCodecs } from '#shared/media/codec-preference.ts';

it('keeps what Commute speaks, best first, and drops comfort noise and RED', () => {
  const available = [
    'audio/PCMA/8000',
    'audio/CN/8000',
    'audio/red/48000',
    'audio/telephone-event/48000',
    'audio/G722/8000',
    'audio/opus/48000',
    'audio/PCMU/8000',
    'audio/telephone-event/8000',
  ].map((name) => ({ mimeType: name.slice(0, name.lastIndexOf('/')), clockRate: Number(name.slice(name.lastIndexOf('/') + 1)) }));
  expect(preferredCodecs(available).map(({ mimeType, clockRate }) => `${mimeType.slice(6)}/${clockRate}`)).toEqual([
    'opus/48000',
    'G722/8000',
    'PCMU/8000',
    'PCMA/8000',
    'telephone-event/48000',
    'telephone-event/8000',
  ]);
});
