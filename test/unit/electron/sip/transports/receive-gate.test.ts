import { describe, expect, it } from 'vitest';
import { ReceiveGate } from '#electron/sip/transports/receive-gate.ts';

describe('the receive gate', () => {
  it('keeps the order of what waited, and lets everything after it through at once', () => {
    const gate = new ReceiveGate();
    const seen: number[] = [];
    gate.pass(() => seen.push(1));
    gate.pass(() => seen.push(2));
    expect(seen).toEqual([]);
    gate.open();
    gate.pass(() => seen.push(3));
    expect(seen).toEqual([1, 2, 3]);
    gate.open();
    expect(seen).toEqual([1, 2, 3]);
  });
});
