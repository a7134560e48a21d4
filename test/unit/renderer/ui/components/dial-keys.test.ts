import { describe, expect, it } from 'vitest';
import { keyOfLetter } from '#renderer/ui/components/dial-keys.tsx';

describe('letters of a telephone', () => {
  it('stand on the keys of ITU-T E.161', () => {
    const digits = [...'abcdefghijklmnopqrstuvwxyz'].map(keyOfLetter).join('');
    expect(digits).toBe('22233344455566677778889999');
    expect(keyOfLetter('F')).toBe('3');
  });

  it('are letters only', () => {
    for (const other of ['1', '+', 'ä', 'Enter', '']) expect(keyOfLetter(other)).toBeUndefined();
  });
});
