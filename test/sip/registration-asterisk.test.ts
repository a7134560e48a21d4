import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';
import { serverAt, SipStackFixture, type StackWishes } from '#test/support/sip/sip-stack-fixture.ts';

const asterisk = useAsterisk();
const cleanUps: (() => void)[] = [];
const laptop = { instanceId: '11111111-2222-4333-8444-555555555555', computerName: 'laptop' };

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function stackFor(wishes: Partial<StackWishes> = {}): SipStackFixture {
  const url = new URL(asterisk().wssUrl);
  const server = serverAt(Number(url.port), {
    host: url.hostname,
    path: url.pathname,
    trust: { kind: 'ca-file', path: asterisk().caFile },
  });
  const fixture = new SipStackFixture({ servers: [server], user: '204', password: 'lab204', ...wishes });
  cleanUps.push(() => fixture.stack.dispose());
  return fixture;
}

async function registered(wishes: Partial<StackWishes> = {}): Promise<SipStackFixture> {
  const fixture = stackFor(wishes);
  fixture.stack.start();
  await fixture.phase('registered');
  return fixture;
}

/** User parts of what Asterisk has bound to 204. */
async function contacts(): Promise<string[]> {
  const listed = await asterisk().cli('pjsip show contacts');
  return [...listed.matchAll(/204\/sip:([^@\s]+)@/g)].map(([, user = '']) => user);
}

/** Takes the line over, and resolves when that has come to its end: the last list names nobody else. */
async function takeOver(fixture: SipStackFixture, computerName: string): Promise<void> {
  const from = fixture.wire.length;
  const isAlone = (): boolean => {
    const answers = fixture.wire.slice(from).filter(({ direction, text }) => direction === 'received' && /^CSeq: \d+ REGISTER/m.test(text));
    const last = answers.at(-1)?.text ?? '';
    return (
      last.match(/^Contact:/gm)?.length === 1 &&
      last.includes(`;cm-name=${encodeURIComponent(computerName)};`) &&
      last.includes(';cm-over=')
    );
  };
  fixture.stack.takeOver();
  await fixture.until(isAlone);
}

/** Resolves when somebody listens there. */
async function listens(): Promise<void> {
  const { hostname, port } = new URL(asterisk().wssUrl);
  const attempt = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  while (!(await attempt())) await new Promise(setImmediate);
}

/** Real time, of which some can be passed over. */
class LeapingClock extends SystemClock {
  #leaptMs = 0;

  leap(ms: number): void {
    this.#leaptMs += ms;
  }

  override monotonicMs(): number {
    return super.monotonicMs() + this.#leaptMs;
  }
}

describe('registration with a real Asterisk over WSS', () => {
  it('registers, shows up as one contact, and leaves', async () => {
    const fixture = await registered();
    expect(await contacts()).toEqual([expect.stringMatching(/^[0-9a-f]{16}[0-9a-z]+$/)]);
    await fixture.stack.unregister();
    expect(await contacts()).toEqual([]);
  });

  it('is refused with a wrong password after one try', async () => {
    const fixture = stackFor({ password: 'wrong' });
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe('wrong-password');
    const tries = fixture.wire.filter(({ direction, text }) => direction === 'sent' && /^Authorization:/m.test(text));
    expect(tries).toHaveLength(1);
  });

  it('comes back at once over a new connection', async () => {
    const fixture = await registered();
    fixture.stack.reconnect('resumed');
    await fixture.phase('registered');
    expect(fixture.flows).toEqual(['ready', 'lost', 'ready']);
  });

  it('has one contact after twenty moves, and was registered all the time', async () => {
    const fixture = await registered();
    for (let move = 1; move <= 20; move++) {
      fixture.stack.reconnect('network-changed');
      await fixture.until(() => fixture.flows.length === move + 1);
    }
    await expect.poll(contacts, { timeout: 5_000 }).toHaveLength(1);
    expect(fixture.flows).not.toContain('lost');
    expect(fixture.statuses.findLastIndex(({ phase }) => phase !== 'registered')).toBe(1);
  });

  it('is told what is bound, and by a probe that leaves nothing behind', async () => {
    const fixture = await registered();
    const server = serverAt(Number(new URL(asterisk().wssUrl).port), {
      host: asterisk().host,
      trust: { kind: 'ca-file', path: asterisk().caFile },
    });
    const before = await contacts();
    const asked = await fixture.stack.probeRegistration(server, AbortSignal.timeout(5_000));
    expect(asked).toMatchObject({ error: null, others: [], dateMs: expect.any(Number), product: expect.stringContaining('Asterisk') });
    expect(await contacts()).toEqual(before);
    const elsewhere = stackFor(laptop);
    expect(await elsewhere.stack.probeRegistration(server, AbortSignal.timeout(5_000))).toMatchObject({
      error: null,
      others: [{ name: 'test computer' }],
    });
    expect(await contacts()).toEqual(before);
  });

  it('stands by without a contact, and binds again', async () => {
    const fixture = await registered();
    fixture.stack.standBy();
    await fixture.phase('standing-by');
    await expect.poll(contacts, { timeout: 5_000 }).toEqual([]);
    fixture.stack.start();
    await fixture.phase('registered');
    expect(await contacts()).toHaveLength(1);
    expect(fixture.flows).toEqual(['ready']);
  });

  it('takes the line over from another Commute, which says by whom and stays away', async () => {
    const desk = await registered();
    const other = await registered(laptop);
    await takeOver(other, 'laptop');
    expect(await contacts()).toHaveLength(1);
    // sooner than the question of each minute
    desk.stack.reconnect('asked');
    expect((await desk.phase('refused')).error).toMatchObject({ code: 'taken-over', details: { name: 'laptop' } });
    await takeOver(desk, 'test computer');
    other.stack.reconnect('asked');
    expect((await other.phase('refused')).error).toMatchObject({ code: 'taken-over', details: { name: 'test computer' } });
    expect(desk.stack.registration.phase).toBe('registered');
    await expect.poll(contacts, { timeout: 5_000 }).toHaveLength(1);
  });

  it('is registered again soon after the server is back, twenty times', async () => {
    const clock = new LeapingClock();
    const fixture = await registered({ clock });
    const tookMs: number[] = [];
    for (let run = 0; run < 20; run++) {
      // a registration that stood for half a minute has no failures behind it
      clock.leap(31_000);
      await asterisk().stop();
      await fixture.until(() => fixture.stack.registration.phase !== 'registered');
      const started = asterisk().start();
      await listens();
      const backAt = performance.now();
      await fixture.phase('registered');
      tookMs.push(performance.now() - backAt);
      await started;
    }
    tookMs.sort((one, other) => one - other);
    const [half, most] = [tookMs[9], tookMs[19]].map((ms) => Math.round(ms ?? Number.NaN));
    console.info(
      `Registered again after a restart of Asterisk, from the moment its port is open: ${half} ms (the slowest of 20: ${most} ms)`,
    );
    expect(fixture.flows).toEqual(Array.from({ length: 41 }, (_, index) => (index % 2 === 0 ? 'ready' : 'lost')));
  }, 240_000);
});
