import { describe, expect, it } from 'vitest';
import { parkingSlots } from '#shared/calls/parking-slots.ts';

describe('parking places', () => {
  it.each([
    ['', []],
    ['701', ['701']],
    ['701-703', ['701', '702', '703']],
    [' 701 - 702 , 720 ', ['701', '702', '720']],
    ['01-03', ['01', '02', '03']],
    ['701-702,702-703', ['701', '702', '703']],
    ['709-701', []],
    ['x, 7', ['7']],
  ])('are read from %j', (written, slots) => {
    expect(parkingSlots(written)).toEqual(slots);
  });

  it('are never more than can be watched', () => {
    expect(parkingSlots('1-99999999')).toHaveLength(100);
  });
});
