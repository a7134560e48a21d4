import { describe, expect, it } from 'vitest';
import { keepDevices, undecidedDevices } from '#shared/registration/double-registration.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';

const device = (key: string): OtherContact => ({ uri: `sip:${key}`, key, name: '', host: 'desk', since: null, isCommute: false });
const registered = (...keys: string[]): RegistrationStatus => ({
  phase: 'registered',
  server: 'office:8802',
  since: 0,
  expiresAt: 1,
  confirmedAt: 0,
  path: 'office',
  others: keys.map(device),
});

describe('undecidedDevices', () => {
  it('are those that nobody has allowed to stay', () => {
    expect(undecidedDevices(registered('a', 'b'), ['a'])).toEqual([device('b')]);
    expect(undecidedDevices(registered('a'), ['a', 'z'])).toEqual([]);
  });

  it('are none for a line that leaves ringing to others, or does not ring at all', () => {
    expect(undecidedDevices({ phase: 'standing-by', server: 's', path: 'vpn', others: [device('a')] }, [])).toEqual([]);
    expect(undecidedDevices({ phase: 'signed-out' }, [])).toEqual([]);
  });
});

describe('keepDevices', () => {
  it('adds each key once, behind the others', () => {
    expect(keepDevices(['a'], [device('b'), device('a'), device('b')])).toEqual(['a', 'b']);
  });

  it('forgets the oldest when there are too many', () => {
    const many = Array.from({ length: 32 }, (_, index) => `old-${index}`);
    const kept = keepDevices(many, [device('new')]);
    expect(kept).toHaveLength(32);
    expect(kept.at(0)).toBe('old-1');
    expect(kept.at(-1)).toBe('new');
  });
});
