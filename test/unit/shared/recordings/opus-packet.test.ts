import { expect, it } from 'vitest';
import { opusPacketMs } from '#shared/recordings/opus-packet.ts';

it.each([
  ['hybrid, three frames of 20 ms', [0x7b, 0x03], 60],
  ['SILK, one frame of 60 ms', [0x18], 60],
  ['SILK, two frames of 10 ms', [0x01], 20],
  ['CELT, two frames of 2.5 ms', [0x82], 5],
  ['CELT, one frame of 20 ms', [0x9c], 20],
  ['no frames', [0x7b, 0x00], 0],
  ['longer than a packet may be', [0x7b, 0x07], 0],
  ['cut', [0x7b], 0],
  ['nothing', [], 0],
])('%s', (_, packet, ms) => {
  expect(opusPacketMs(Uint8Array.from(packet))).toBe(ms);
});
