import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { statusOf } from '#shared/registration/registration-state.ts';
import { later, MachineDriver, ok, plainNames, refusal } from '#test/support/registration/machine-driver.ts';

const reconnect = { type: 'reconnect', credentialsChanged: false, homeStands: true } as const;
const unknownHost: ErrorReport = { code: 'host-not-found', details: {} };

describe('several addresses', () => {
  it('are raced: the next begins a quarter of a second later, or when one has failed', () => {
    const driver = new MachineDriver(3).send({ type: 'start' });
    expect(driver.taken()).toEqual(['open 0', 'timer 250']);
    driver.clock.advance(250);
    expect(driver.taken()).toEqual(['open 1', 'timer 250']);
    driver.end(0, unknownHost);
    expect(driver.taken()).toEqual(['open 2', 'clear-timer']);
  });

  it('let the more preferred one have a quarter of a second more', () => {
    const driver = new MachineDriver(2).send({ type: 'start' });
    driver.clock.advance(250);
    driver.open(1);
    driver.clock.advance(249);
    expect(driver.sent).toBe(0);
    driver.open(0);
    expect(driver.flowTo(0).asked?.kind).toBe('bind');
    expect(driver.flowTo(1).asked).toBeNull();
    driver.answer(ok());
    expect([...driver.flows.values()].map(({ server }) => server)).toEqual([0]);
  });

  it('do not wait longer than that', () => {
    const driver = new MachineDriver(2).send({ type: 'start' });
    driver.clock.advance(250);
    driver.open(1);
    driver.clock.advance(250);
    expect(driver.flowTo(1).asked?.kind).toBe('bind');
    driver.open(0);
    expect(driver.flowTo(0).asked).toBeNull();
    driver.answer(ok(), 1);
    expect(statusOf(driver.state, plainNames)).toMatchObject({ phase: 'registered', server: '1' });
  });

  it('hand over from one that refuses, or says nothing, to the next that is open', () => {
    const driver = new MachineDriver(3).send({ type: 'start' }).open(0);
    driver.clock.advance(500);
    driver.open(1).open(2);
    driver.answer(refusal('user-unknown', 404), 0);
    expect(driver.flowTo(1).asked?.kind).toBe('bind');
    driver.clock.advance(4_000);
    expect(driver.flowTo(2).asked?.kind).toBe('bind');
    driver.answer(ok(), 2);
    expect([driver.phase, driver.flows.size]).toEqual(['registered', 1]);
  });

  it('are all tried before the error of the most preferred one is shown', () => {
    const driver = new MachineDriver(3).send({ type: 'start' });
    const certificate: ErrorReport = { code: 'certificate-untrusted', details: {} };
    driver.end(0, certificate).end(1, certificate).end(2, certificate);
    expect(statusOf(driver.state, plainNames)).toEqual({ phase: 'refused', server: '0', error: certificate });
  });

  it('are tried on as long as one of them may come back, and an account that one refused is not offered to it again', () => {
    const driver = new MachineDriver(2).send({ type: 'start' }).open(0);
    driver.answer(refusal('wrong-password', 401), 0);
    driver.end(1, unknownHost);
    expect(statusOf(driver.state, plainNames)).toMatchObject({ phase: 'waiting', server: '0', error: { code: 'wrong-password' } });
    driver.taken();
    driver.clock.advance(30_000);
    expect(driver.taken().filter((word) => word.startsWith('open'))).toEqual(['open 1']);
    driver.send(reconnect);
    expect(driver.taken()).toContain('open 0');
  });

  it('are looked at again while others are still silent, where nothing listens', () => {
    const driver = new MachineDriver(2).send({ type: 'start' });
    driver.clock.advance(250);
    driver.end(1);
    driver.taken();
    driver.clock.advance(800);
    expect(driver.taken()).toEqual(['open 1']);
  });

  it('are told apart by Retry-After: one that said "later" is not asked when the others are', () => {
    const driver = new MachineDriver(2).register();
    driver.clock.advance(60_000);
    driver.answer(refusal('registration-refused', 405));
    driver.clock.advance(450_000);
    driver.taken();
    driver.answer(later(100));
    expect(driver.taken()).toEqual(['open 1', 'clear-timer']);
    driver.open(1).answer(ok(), 1);
    expect([driver.phase, driver.attached]).toEqual(['registered', driver.flowTo(1).id]);
  });

  it('lead home: who stands on the second looks for the first at each refresh', () => {
    const driver = new MachineDriver(2).register(1);
    const { since } = driver.state.home?.binding ?? {};
    driver.clock.advance(60_000);
    driver.answer(refusal('registration-refused', 405), 1);
    driver.clock.advance(450_000);
    driver.taken();
    driver.answer(ok(), 1);
    expect(driver.taken()).toContain('open 0');
    driver.open(0);
    driver.answer(ok(), 0);
    expect(statusOf(driver.state, plainNames)).toMatchObject({ phase: 'registered', server: '0', since });
    expect(driver.taken()).toContain('release all');
  });

  it('lead home in silence: what fails there is nobody\u2019s business', () => {
    const driver = new MachineDriver(2).register(1);
    driver.clock.advance(60_000);
    driver.answer(refusal('registration-refused', 405), 1);
    driver.clock.advance(450_000);
    driver.answer(ok(), 1);
    driver.end(0, unknownHost);
    expect([driver.phase, driver.state.race, driver.flows.size]).toEqual(['registered', null, 1]);
  });
});

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
