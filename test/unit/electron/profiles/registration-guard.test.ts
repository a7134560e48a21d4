import { describe, expect, it } from 'vitest';
import { RegistrationGuard } from '#electron/profiles/registration-guard.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';

const home: OtherContact = { uri: 'sip:x@home', key: 'home', name: 'Home-PC', host: 'home', since: 1, isCommute: true };
const desk: OtherContact = { uri: 'sip:x@desk', key: 'desk', name: '', host: 'desk', since: null, isCommute: false };

function registered(others: OtherContact[]): RegistrationStatus {
  return { phase: 'registered', server: 'office:8802', since: 0, expiresAt: 1, confirmedAt: 0, path: 'office', others };
}

function guarded() {
  let kept: string[] = [];
  const guard = new RegistrationGuard({
    kept: () => kept,
    keep: (keys) => {
      kept = keys;
    },
  });
  const told: (readonly OtherContact[])[] = [];
  guard.onChanged((undecided) => told.push(undecided));
  return { guard, told, kept: () => kept };
}

describe('RegistrationGuard', () => {
  it('asks about another device once, however often the server names it', () => {
    const { guard, told } = guarded();
    guard.registrationChanged(registered([]));
    guard.registrationChanged(registered([home]));
    guard.registrationChanged(registered([{ ...home }]));
    expect(told).toEqual([[home]]);
  });

  it('asks no more about a device that may stay, and still about a new one', () => {
    const { guard, told, kept } = guarded();
    guard.registrationChanged(registered([desk]));
    guard.keepBoth();
    expect(kept()).toEqual(['desk']);
    guard.registrationChanged(registered([desk, home]));
    expect(told).toEqual([[desk], [], [home]]);
  });

  it('has no question when the other device has gone, or the line stands by', () => {
    const { guard } = guarded();
    guard.registrationChanged(registered([home]));
    guard.registrationChanged({ phase: 'standing-by', server: 's', path: 'office', others: [home] });
    expect(guard.undecided).toEqual([]);
  });
});
