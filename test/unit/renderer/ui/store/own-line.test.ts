import { describe, expect, it } from 'vitest';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { addressState, errorToMend, isTakenOver } from '#renderer/ui/store/own-line.ts';
import { doctorRun } from '#test/support/ui/sample-network.ts';

const office = '10.1.0.5:8802';
const everywhere = 'pbx.example.org:8802';
const registered: RegistrationStatus = {
  phase: 'registered',
  server: everywhere,
  since: 1,
  expiresAt: 2,
  confirmedAt: 1,
  path: 'internet',
  others: [],
};
const refused = (details: Record<string, string | number>): RegistrationStatus => ({
  phase: 'waiting',
  server: office,
  retryAt: 1,
  error: { code: 'connection-refused', details },
});

describe('an address of the account', () => {
  it('is in use, being tried, or standing by', () => {
    expect(addressState(everywhere, registered, null)).toEqual({ kind: 'in-use' });
    expect(addressState(office, registered, null)).toEqual({ kind: 'ready' });
    expect(addressState(office, { phase: 'connecting', server: office, attempt: 1 }, null)).toEqual({ kind: 'trying' });
    expect(addressState(office, { phase: 'signed-out' }, null)).toEqual({ kind: 'ready' });
  });

  it('has failed when the line waits for it, or the error is about it', () => {
    expect(addressState(office, refused({}), null)).toEqual({ kind: 'failed', at: null });
    expect(addressState(everywhere, refused({ host: 'pbx.example.org', port: 8802 }), null)).toEqual({ kind: 'failed', at: null });
    expect(addressState(everywhere, refused({ host: 'pbx.example.org', port: 1 }), null)).toEqual({ kind: 'ready' });
  });

  it('has failed when the doctor saw its way broken, unless it is in use since', () => {
    const run = doctorRun({ finishedAt: 77 }, (at) => (at === 5 || at === 6 ? 'broken' : 'fine'));
    expect(addressState(office, registered, run)).toEqual({ kind: 'failed', at: 77 });
    expect(addressState(everywhere, registered, run)).toEqual({ kind: 'in-use' });
    expect(addressState(office, registered, doctorRun())).toEqual({ kind: 'ready' });
  });
});

describe('an error to mend', () => {
  it('keeps the line from its server; being taken over is none', () => {
    const taken: RegistrationStatus = { phase: 'refused', server: office, error: { code: 'taken-over', details: {} } };
    expect(errorToMend(refused({}))?.code).toBe('connection-refused');
    expect([errorToMend(taken), errorToMend(registered)]).toEqual([null, null]);
    expect([isTakenOver(taken), isTakenOver(refused({}))]).toEqual([true, false]);
  });
});
