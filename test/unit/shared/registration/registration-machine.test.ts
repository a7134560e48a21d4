import { describe, expect, it } from 'vitest';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import { statusOf } from '#shared/registration/registration-state.ts';
import { later, lostConnection, MachineDriver, ok, plainNames, refusal } from '#test/support/registration/machine-driver.ts';

const other = { uri: 'sip:desk@192.0.2.1', key: 'desk@192.0.2.1', name: '', host: '192.0.2.1', since: null, isCommute: false };
const laptop = { uri: 'sip:b1@x.invalid', key: 'b'.repeat(16), name: 'laptop', host: 'x.invalid', since: 1_000, isCommute: true };
const reconnect = { type: 'reconnect', credentialsChanged: false, homeStands: true } as const;
const resumed = { ...reconnect, homeStands: false };
const unknownHost: ErrorReport = { code: 'host-not-found', details: {} };

describe('one address', () => {
  it('is connected to, registered at, asked what is bound, and registered at again between 80 and 90 per cent of the lifetime', () => {
    const driver = new MachineDriver().register();
    expect(driver.taken()).toEqual(['open 0', 'bind', 'timer 4000', 'attach', 'timer 60000']);
    driver.clock.advance(60_000);
    driver.answer(ok());
    expect(driver.taken()).toEqual(['query', 'timer 4000', 'timer 60000']);
    for (let minute = 2; minute <= 8; minute++) {
      driver.clock.advance(60_000);
      driver.answer(ok());
    }
    driver.taken();
    driver.clock.advance(30_000);
    expect(driver.taken()).toEqual(['bind', 'timer 4000']);
    expect(driver.phase).toBe('registered');
  });

  it('is tried again at once after a cut', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(40_000);
    driver.taken();
    driver.end(0, lostConnection);
    expect(driver.taken()).toEqual(['detach', 'timer 125']);
    driver.clock.advance(125);
    driver.open().answer(ok());
    expect(driver.taken()).toEqual(['open 0', 'bind', 'timer 4000', 'attach', 'timer 60000']);
  });

  it('is looked at once a second while nothing listens there', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(40_000);
    driver.end(0, lostConnection);
    for (const expected of [125, 800, 800, 800]) {
      expect(driver.clock.nextDelayMs).toBe(expected);
      driver.clock.advance(expected);
      driver.end();
    }
  });

  it('is looked at on while the server that nothing listened at opens its port and speaks no SIP yet', () => {
    const starting = { code: 'not-a-sip-server', details: { httpStatus: 400 } } as const;
    const driver = new MachineDriver().register();
    driver.clock.advance(40_000);
    driver.end(0, lostConnection);
    driver.clock.advance(driver.clock.nextDelayMs ?? 0);
    driver.end();
    for (let round = 0; round < 3; round++) {
      expect(driver.clock.nextDelayMs).toBe(800);
      driver.clock.advance(800);
      driver.end(0, starting);
    }
    const stranger = new MachineDriver().register();
    stranger.clock.advance(40_000);
    for (const expected of [125, 1_000, 2_000]) {
      stranger.end(0, starting);
      expect(stranger.clock.nextDelayMs).toBe(expected);
      stranger.clock.advance(expected);
    }
  });

  it('is given little time for its first answer when it was down a moment ago, and the usual time over a new connection', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(40_000);
    driver.end(0, lostConnection);
    driver.clock.advance(driver.clock.nextDelayMs ?? 0);
    driver.end();
    driver.clock.advance(driver.clock.nextDelayMs ?? 0);
    driver.open();
    driver.taken();
    driver.clock.advance(700);
    driver.open();
    expect(driver.taken()).toEqual(['close-flow', 'open 0', 'bind', 'timer 4000']);
    expect(driver.phase).toBe('registering');
    driver.answer(ok());
    expect(driver.phase).toBe('registered');
  });

  it('has the usual time once it has shown a sign of life', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(40_000);
    driver.end(0, lostConnection);
    driver.clock.advance(driver.clock.nextDelayMs ?? 0);
    driver.end();
    driver.clock.advance(driver.clock.nextDelayMs ?? 0);
    driver.open();
    driver.send({ type: 'progress', flow: driver.flowTo(0).id });
    driver.clock.advance(3_999);
    expect(driver.phase).toBe('registering');
    driver.clock.advance(1);
    expect(driver.phase).toBe('waiting');
  });

  it('does not lose its failures before a registration has stood for half a minute', () => {
    const driver = new MachineDriver().register();
    for (const expected of [125, 1_000, 2_000, 4_000]) {
      driver.end(0, lostConnection);
      expect(driver.clock.nextDelayMs).toBe(expected);
      driver.clock.advance(expected);
      driver.open().answer(ok());
    }
  });

  it('keeps its connection for calls when a refresh is answered with 503, and loses it when there is no answer', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(60_000);
    driver.answer({ kind: 'refused', error: { code: 'registration-refused', details: { status: 405 } } });
    driver.clock.advance(450_000);
    driver.taken();
    driver.answer(later(10));
    expect(driver.phase).toBe('waiting');
    expect(driver.attached).not.toBeNull();
    driver.clock.advance(10_500);
    expect(driver.taken()).toEqual(['timer 10500', 'bind', 'timer 4000']);
    driver.clock.advance(4_000);
    expect(driver.taken()).toEqual(['close-flow', 'detach', 'timer 1000']);
  });

  it('keeps the first connection, too, on which it hears 503', () => {
    const driver = new MachineDriver().send({ type: 'start' }).open();
    driver.answer(later(10));
    driver.taken();
    driver.clock.advance(10_500);
    expect(driver.taken()).toEqual(['bind', 'timer 4000']);
    expect(driver.opened).toBe(1);
  });

  it('may take its time as long as it shows signs of life', () => {
    const driver = new MachineDriver().send({ type: 'start' }).open();
    driver.clock.advance(3_900);
    driver.send({ type: 'progress', flow: driver.flowTo(0).id });
    driver.clock.advance(3_900);
    expect(driver.phase).toBe('registering');
  });

  it('waits for the person when its certificate is the matter', () => {
    const error: ErrorReport = { code: 'certificate-changed', details: {} };
    const driver = new MachineDriver().send({ type: 'start' }).end(0, error);
    expect(statusOf(driver.state, plainNames)).toEqual({ phase: 'refused', server: '0', error });
    expect(driver.clock.pendingCount).toBe(0);
    driver.send(reconnect);
    expect(driver.phase).toBe('connecting');
  });

  it('is asked once with an account that it refuses, until something has changed', () => {
    const driver = new MachineDriver().send({ type: 'start' }).open().answer(refusal('wrong-password', 401));
    expect(driver.phase).toBe('refused');
    driver.send(reconnect, resumed);
    expect([driver.phase, driver.opened, driver.flows.size]).toEqual(['refused', 1, 0]);
    driver.send({ ...reconnect, credentialsChanged: true });
    expect(driver.phase).toBe('connecting');
  });

  it('is left at once without a binding, after the removal with one, and after two seconds of silence', () => {
    const early = new MachineDriver().send({ type: 'start' }, { type: 'unregister' });
    expect(early.taken()).toEqual(['open 0', 'close-flow', 'announce-removal-finished']);
    const driver = new MachineDriver().register().send({ type: 'unregister' });
    expect(driver.phase).toBe('unregistering');
    driver.taken();
    driver.answer(ok());
    expect(driver.taken()).toEqual(['close-flow', 'detach', 'announce-removal-finished', 'clear-timer']);
    const silent = new MachineDriver().register().send({ type: 'unregister' });
    silent.clock.advance(2_000);
    expect([silent.phase, silent.flows.size, silent.clock.pendingCount]).toEqual(['signed-out', 0, 0]);
  });
});

describe('a move', () => {
  it('makes before it breaks, and takes the old binding back over the old connection', () => {
    const driver = new MachineDriver().register();
    const before = driver.flowTo(0);
    driver.clock.advance(10_000);
    driver.taken();
    driver.send(reconnect);
    expect(driver.taken()).toEqual(['probe-flow', 'open 0']);
    expect([driver.phase, driver.attached]).toEqual(['registered', before.id]);
    driver.open().answer(ok({ stale: [{ uri: 'sip:own@old', flow: before.id }] }));
    expect(driver.taken()).toEqual(['bind', 'timer 4000', 'attach', 'release all', 'timer 2000']);
    driver.answerOver(before, ok());
    expect(driver.taken()).toEqual(['retire-flow', 'timer 60000']);
    expect(driver.flows.size).toBe(1);
  });

  it('removes over the new connection what the old one could not take back, once', () => {
    const driver = new MachineDriver().register();
    const stale = [{ uri: 'sip:own@old', flow: driver.flowTo(0).id }];
    driver.send(reconnect).open().answer(ok({ stale }));
    driver.taken();
    driver.clock.advance(2_000);
    expect(driver.taken()).toEqual(['close-flow', 'remove', 'timer 4000']);
    driver.answer(ok({ stale: [{ uri: 'sip:own@old', flow: null }] }));
    expect(driver.taken()).toEqual(['timer 58000']);
  });

  it('does not wait for a connection whose address is gone', () => {
    const driver = new MachineDriver().register();
    driver.taken();
    driver.send(resumed);
    expect(driver.taken()).toEqual(['close-flow', 'detach', 'open 0', 'clear-timer']);
    expect(driver.phase).toBe('connecting');
  });

  it('stays where it is when no address answers and the old connection lives', () => {
    const driver = new MachineDriver(2).register().send(reconnect);
    driver.end(0, unknownHost).end(1, unknownHost);
    expect([driver.phase, driver.state.race, driver.flows.size]).toEqual(['registered', null, 1]);
  });

  it('goes on without the old connection when that dies meanwhile', () => {
    const driver = new MachineDriver().register();
    const before = driver.flowTo(0);
    driver.send(reconnect);
    driver.flows.delete(before.id);
    driver.send({ type: 'flow-ended', flow: before.id, error: lostConnection });
    expect([driver.phase, driver.attached]).toEqual(['connecting', null]);
    driver.end(0, unknownHost);
    expect(driver.phase).toBe('waiting');
  });

  it('lets a refresh that is on its way come to its end first', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(60_000);
    driver.answer(refusal('registration-refused', 405));
    driver.clock.advance(450_000);
    const before = driver.flowTo(0);
    driver.send(reconnect).open();
    expect(driver.flowTo(0).asked).toBeNull();
    driver.answerOver(before, ok());
    expect(driver.flowTo(0).asked?.kind).toBe('bind');
  });
});

describe('what is bound', () => {
  it('is asked once a minute, and a binding that is gone is made anew at once', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(60_000);
    driver.answer(ok({ others: [other] }));
    expect(statusOf(driver.state, plainNames)).toMatchObject({ confirmedAt: driver.clock.wallMs(), others: [other] });
    driver.clock.advance(60_000);
    driver.taken();
    driver.answer(ok({ own: false, others: [other] }));
    expect(driver.taken()).toEqual(['bind']);
    expect(driver.phase).toBe('registering');
  });

  it('is not asked again over a connection on which the server does not say it', () => {
    for (const news of [refusal('registration-refused', 403), later(5)]) {
      const driver = new MachineDriver().register();
      driver.clock.advance(60_000);
      driver.answer(news);
      expect([driver.phase, driver.clock.nextDelayMs]).toEqual(['registered', 450_000]);
    }
    expect(
      new MachineDriver()
        .send({ type: 'start' })
        .open()
        .answer(ok({ own: false })).clock.nextDelayMs,
    ).toBe(510_000);
  });

  it('shows that a connection is dead when it is not answered', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(64_000);
    expect(driver.phase).toBe('waiting');
  });

  it('loses what a crash has left behind', () => {
    const driver = new MachineDriver().send({ type: 'start' }).open();
    driver.taken();
    driver.answer(ok({ stale: [{ uri: 'sip:own@crashed', flow: null }] }));
    expect(driver.flowTo(0).asked).toEqual({ kind: 'remove', uris: ['sip:own@crashed'] });
  });
});

describe('standing by', () => {
  it('takes the binding back, keeps the connection, goes on asking, and binds again', () => {
    const driver = new MachineDriver().register().send({ type: 'stand-by' });
    expect(driver.flowTo(0).asked).toEqual({ kind: 'unbind' });
    driver.answer(ok({ own: false }));
    driver.clock.advance(60_000);
    driver.answer(ok({ own: false, others: [other] }));
    expect(statusOf(driver.state, plainNames)).toEqual({ phase: 'standing-by', server: '0', path: 'office', others: [other] });
    expect(driver.attached).not.toBeNull();
    driver.send({ type: 'start' });
    expect(driver.flowTo(0).asked?.kind).toBe('bind');
    driver.answer(ok());
    expect(driver.phase).toBe('registered');
  });

  it('moves with the network, and proves a new connection by a question', () => {
    const driver = new MachineDriver().register().send({ type: 'stand-by' });
    driver.answer(ok({ own: false }));
    driver.send(resumed);
    expect(driver.phase).toBe('connecting');
    driver.open();
    expect(driver.flowTo(0).asked?.kind).toBe('query');
    driver.answer(refusal('server-error', 501));
    expect([driver.phase, driver.attached]).toEqual(['standing-by', driver.flowTo(0).id]);
  });
});

describe('a takeover', () => {
  it('binds, claims, removes the others one by one, then all, and binds again', () => {
    const driver = new MachineDriver().register().send({ type: 'take-over' });
    const sees = ok({ others: [other, laptop] });
    const asked = (): string | undefined => driver.flowTo(0).asked?.kind;
    driver.answer(sees);
    expect(driver.flowTo(0).asked).toMatchObject({ kind: 'bind', contact: { over: [laptop.key] } });
    driver.answer(sees);
    expect(driver.flowTo(0).asked).toEqual({ kind: 'remove', uris: [other.uri, laptop.uri] });
    driver.answer(sees);
    expect(asked()).toBe('clear');
    driver.answer(ok({ own: false }));
    expect(driver.flowTo(0).asked).toMatchObject({ kind: 'bind', contact: { over: [laptop.key] } });
    driver.answer(ok());
    expect([asked(), driver.phase]).toEqual([undefined, 'registered']);
    // the claim stands as long as the binding
    driver.send(resumed).open();
    expect(driver.flowTo(0).asked).toMatchObject({ contact: { over: [laptop.key] } });
  });

  it('ends as soon as nobody else is there', () => {
    const driver = new MachineDriver().register().send({ type: 'take-over' }).answer(ok());
    expect(driver.flowTo(0).asked).toBeNull();
  });

  it('makes room where the server has none', () => {
    const driver = new MachineDriver().send({ type: 'start' }).open().answer(refusal('registration-refused'));
    driver.send({ type: 'take-over' }).open().answer(refusal('registration-refused'));
    expect(driver.flowTo(0).asked?.kind).toBe('clear');
    driver.answer(ok());
    driver.answer(ok());
    expect(driver.phase).toBe('registered');
  });

  it('by another one is the end, whatever the network does; only the person begins again', () => {
    const claim = { id: 'bbb 1', name: 'laptop' };
    const driver = new MachineDriver().register();
    driver.clock.advance(60_000);
    driver.answer(ok({ own: false, others: [laptop], claims: [claim] }));
    expect(statusOf(driver.state, plainNames)).toMatchObject({
      phase: 'refused',
      error: { code: 'taken-over', details: { name: 'laptop', at: driver.clock.wallMs() } },
    });
    const { sent } = driver;
    driver.send(reconnect, { ...resumed, credentialsChanged: true });
    driver.clock.advance(3_600_000);
    expect([driver.phase, driver.sent]).toEqual(['refused', sent]);
    driver.send({ type: 'start' }).open();
    driver.answer(ok({ others: [laptop], claims: [claim] }));
    expect(driver.phase).toBe('registered');
  });

  it('by another one leaves the connection to the calls that run over it', () => {
    const driver = new MachineDriver().register();
    driver.clock.advance(60_000);
    driver.answer(ok({ others: [laptop], claims: [{ id: 'bbb 1', name: 'laptop' }] }));
    expect(driver.flowTo(0).asked).toEqual({ kind: 'unbind' });
    driver.answer(ok({ own: false }));
    expect([driver.phase, driver.attached]).toEqual(['refused', driver.flowTo(0).id]);
  });
});
