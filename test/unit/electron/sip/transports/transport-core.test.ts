import { describe, expect, it } from 'vitest';
import { TransportCore, type Wire, type WireListener } from '#electron/sip/transports/transport-core.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

class FakeWire implements Wire {
  listener: WireListener | undefined;
  readonly done: string[] = [];

  open(listener: WireListener): void {
    this.listener = listener;
  }

  write(bytes: Uint8Array | string): void {
    this.done.push(`write ${bytes.length}`);
  }

  ping(): void {
    this.done.push('ping');
  }

  terminate(): void {
    this.done.push('terminate');
  }
}

function makeCore(isBusy: () => boolean = () => false) {
  const wire = new FakeWire();
  const clock = new VirtualClock();
  const heard: string[] = [];
  const core = new TransportCore({
    wire,
    clock,
    target: { host: 'pbx', port: 443 },
    isBusy,
    listener: {
      connected: () => heard.push('connected'),
      message: (bytes) => heard.push(`message ${bytes.length}`),
      disconnected: (error) => heard.push(`disconnected ${error.code}`),
    },
  });
  return { wire, clock, heard, core };
}

function makeConnected(isBusy?: () => boolean) {
  const made = makeCore(isBusy);
  made.core.connect();
  made.wire.listener?.opened();
  return made;
}

describe('a transport core', () => {
  it('gives up connecting after ten seconds', () => {
    const { core, clock, heard, wire } = makeCore();
    core.connect();
    clock.advance(9_999);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual(['disconnected connection-timed-out']);
    expect(wire.done).toEqual(['terminate']);
    wire.listener?.opened();
    wire.listener?.closed(new AppError('connection-lost'));
    expect(heard).toHaveLength(1);
    expect(clock.pendingCount).toBe(0);
  });

  it('asks an idle peer for a sign of life and is content with any', () => {
    const { clock, heard, wire } = makeConnected();
    clock.advance(20_000);
    expect(wire.done).toEqual(['ping']);
    clock.advance(4_999);
    wire.listener?.received(undefined);
    clock.advance(19_999);
    expect(wire.done).toEqual(['ping']);
    expect(heard).toEqual(['connected']);
  });

  it.each([
    [20, 16_000],
    [1, 5_000],
    [120, 20_000],
  ])('asks in time for a peer whose patience ends after %d s', (seconds, askedAtMs) => {
    const { core, clock, wire } = makeConnected();
    core.keepAliveWithin(seconds * 1_000);
    clock.advance(askedAtMs - 1);
    expect(wire.done).toEqual([]);
    clock.advance(1);
    expect(wire.done).toEqual(['ping']);
  });

  it('finds a dead peer within 25 seconds when idle', () => {
    const { clock, heard, wire } = makeConnected();
    clock.advance(25_000);
    expect(heard).toEqual(['connected', 'disconnected connection-lost']);
    expect(wire.done).toEqual(['ping', 'terminate']);
    expect(clock.pendingCount).toBe(0);
  });

  it('finds a dead peer within nine seconds after sending, however much is sent meanwhile', () => {
    const { core, clock, heard } = makeConnected();
    for (let second = 0; second < 9; second++) {
      core.write('x');
      clock.advance(1_000);
    }
    expect(heard.at(-1)).toBe('disconnected connection-lost');
  });

  it('finds a dead peer within five seconds while calls run, also when the call has just begun', () => {
    let calls = 0;
    const { core, clock, heard } = makeConnected(() => calls > 0);
    clock.advance(1_000);
    calls = 1;
    core.write('INVITE');
    clock.advance(4_999);
    expect(heard).toEqual(['connected']);
    clock.advance(1);
    expect(heard.at(-1)).toBe('disconnected connection-lost');
  });

  it('asks a busy peer every two and a half seconds, and an idle one seldom again', () => {
    let calls = 1;
    const { clock, wire } = makeConnected(() => calls > 0);
    clock.advance(2_500);
    expect(wire.done).toEqual(['ping']);
    calls = 0;
    wire.listener?.received(undefined);
    clock.advance(19_999);
    expect(wire.done).toEqual(['ping']);
  });

  it('may be asked for a sign of life at once, and is in doubt until it comes', () => {
    const { core, clock, heard, wire } = makeConnected();
    core.probe(2_000);
    expect([core.isInDoubt, wire.done]).toEqual([true, ['ping']]);
    wire.listener?.received(undefined);
    expect(core.isInDoubt).toBe(false);
    core.probe(2_000);
    core.write('x');
    clock.advance(2_000);
    expect(heard).toEqual(['connected', 'disconnected connection-lost']);
  });

  it('closes at once, asks nobody, and says nothing afterwards', () => {
    const { core, clock, heard, wire } = makeConnected();
    core.close();
    core.close();
    expect(core.state).toBe('disconnected');
    expect(wire.done).toEqual(['terminate']);
    wire.listener?.received(new Uint8Array(3));
    wire.listener?.closed(new AppError('connection-lost'));
    expect(heard).toEqual(['connected']);
    expect(clock.pendingCount).toBe(0);
    expect(() => core.write('x')).toThrow('connection-lost');
  });

  it('lives once', () => {
    const { core } = makeConnected();
    core.close();
    expect(() => core.connect()).toThrow('a transport core connects once');
  });
});
