import { describe, expect, it } from 'vitest';
import { statusOf } from '#shared/registration/registration-state.ts';
import { MachineDriver, plainNames, refusal } from '#test/support/registration/machine-driver.ts';

describe('addresses that all failed', () => {
  it('show a portal that answers for all of them, ask about no certificate, and are tried on', () => {
    const driver = new MachineDriver(2).send({ type: 'start' });
    const shown = { fingerprint: 'AA', subject: 'portal.hotel.example' };
    driver.end(0, { code: 'certificate-name-mismatch', details: { host: '10.1.1.1', ...shown } });
    driver.end(1, { code: 'certificate-name-mismatch', details: { host: 'pbx.example.com', ...shown } });
    const error = { code: 'captive-portal', details: { host: '10.1.1.1', evidence: 'same-certificate' } };
    expect(statusOf(driver.state, plainNames)).toMatchObject({ phase: 'waiting', server: '0', error });
    driver.clock.advance(30_000);
    expect(driver.phase).toBe('connecting');
  });

  it('know of no portal where one of them has spoken', () => {
    const driver = new MachineDriver(2).send({ type: 'start' }).open(0);
    driver.answer(refusal('wrong-password', 401), 0);
    driver.end(1, { code: 'captive-portal', details: {} });
    expect(statusOf(driver.state, plainNames)).toMatchObject({ phase: 'waiting', error: { code: 'wrong-password' } });
  });
});
