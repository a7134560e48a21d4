import { describe, expect, it } from 'vitest';
import { RouteTokens } from '#electron/office/sip/route-tokens.ts';

describe('route tokens', () => {
  const tokens = new RouteTokens('a secret');

  it('are the same for the same subject, and known to the next office with the secret', () => {
    const token = tokens.mint('device 10 x');
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(tokens.mint('device 10 x')).toBe(token);
    expect(tokens.mint('device 11 x')).not.toBe(token);
    expect(new RouteTokens('a secret').isOurs(token)).toBe(true);
  });

  it('cannot be made up', () => {
    const token = tokens.mint('device 10 x');
    expect(new RouteTokens('another secret').isOurs(token)).toBe(false);
    for (const forged of ['', '10', 'é'.repeat(32), token.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), `${token}0`]) {
      expect(tokens.isOurs(forged)).toBe(false);
    }
  });
});
