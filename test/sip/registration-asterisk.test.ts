import { afterEach, describe, expect, it } from 'vitest';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';
import { serverAt, SipStackFixture, type StackWishes } from '#test/support/sip/sip-stack-fixture.ts';

const asterisk = useAsterisk();
const cleanUps: (() => void)[] = [];

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

describe('registration with a real Asterisk over WSS', () => {
  it('registers, shows up as one contact, and leaves', async () => {
    const fixture = stackFor();
    fixture.stack.start();
    const { since, expiresAt } = await fixture.phase('registered');
    expect(expiresAt).toBeGreaterThan(since);
    expect(await asterisk().cli('pjsip show contacts')).toMatch(/204\/sip:[0-9a-f]{16}[0-9a-z]+@/);
    await fixture.stack.unregister();
    expect(await asterisk().cli('pjsip show contacts')).not.toMatch(/204\/sip:/);
  });

  it('is refused with a wrong password after one try', async () => {
    const fixture = stackFor({ password: 'wrong' });
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe('wrong-password');
    const tries = fixture.wire.filter(({ direction, text }) => direction === 'sent' && /^Authorization:/m.test(text));
    expect(tries).toHaveLength(1);
  });

  it('comes back at once over a new connection', async () => {
    const fixture = stackFor();
    fixture.stack.start();
    await fixture.phase('registered');
    fixture.stack.reconnect('resumed');
    await fixture.phase('registered');
    expect(fixture.flows).toEqual(['ready', 'lost', 'ready']);
  });
});
