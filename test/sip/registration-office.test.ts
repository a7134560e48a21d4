import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { SipStackFixture, type StackWishes } from '#test/support/sip/sip-stack-fixture.ts';
import { officeServer } from '#test/support/sip/test-phone.ts';

const laptop = { instanceId: '11111111-2222-4333-8444-555555555555', computerName: 'laptop' };
let office: OfficeFixture;
const fixtures: SipStackFixture[] = [];

beforeEach(async () => {
  office = await OfficeFixture.start();
});
afterEach(() => {
  for (const fixture of fixtures.splice(0)) fixture.stack.dispose();
  office.dispose();
});

async function registered(wishes: Partial<StackWishes> = {}): Promise<SipStackFixture> {
  const { password } = office.office.credentialsFor('10');
  const fixture = new SipStackFixture({ servers: [officeServer(office)], user: '10', password, ...wishes });
  fixtures.push(fixture);
  fixture.stack.start();
  await fixture.phase('registered');
  return fixture;
}

/** Resolves when the last list that the office sent says so. */
async function listed(fixture: SipStackFixture, matches: (contacts: readonly string[]) => boolean): Promise<void> {
  const contacts = (): string[] => {
    const isAnswer = (text: string): boolean => text.startsWith('SIP/2.0 200') && /^CSeq: \d+ REGISTER/m.test(text);
    const last = fixture.wire.findLast(({ direction, text }) => direction === 'received' && isAnswer(text));
    return last?.text.match(/^Contact:.*$/gm) ?? [];
  };
  await fixture.until(() => matches(contacts()));
}

describe('registration at the practice office', () => {
  it('has one binding after ten moves', async () => {
    const fixture = await registered();
    for (let move = 1; move <= 10; move++) {
      fixture.stack.reconnect('network-changed');
      await fixture.until(() => fixture.flows.length === move + 1);
    }
    expect(office.office.inventory.bindings).toBe(1);
    expect(fixture.flows).not.toContain('lost');
  });

  it('names other Commutes by their computers', async () => {
    await registered(laptop);
    const { registration } = (await registered()).stack;
    expect(registration).toMatchObject({ others: [{ name: 'laptop', isCommute: true, since: expect.any(Number) }] });
  });

  it('removes others by their URI when the line is taken over, and the one that was driven out says by whom', async () => {
    const other = await registered(laptop);
    const desk = await registered();
    desk.stack.takeOver();
    await listed(desk, (contacts) => contacts.length === 1 && contacts[0]?.includes('cm-over') === true);
    expect(office.office.inventory.bindings).toBe(1);
    expect(desk.wire.some(({ text }) => text.includes('Contact: *'))).toBe(false);
    other.stack.reconnect('asked');
    expect((await other.phase('refused')).error).toMatchObject({ code: 'taken-over', details: { name: 'test computer' } });
    await other.until(() => office.office.inventory.bindings === 1);
    expect(desk.stack.registration.phase).toBe('registered');
  });

  it('stands by without a binding, and still asks who is there', async () => {
    const desk = await registered();
    desk.stack.standBy();
    await desk.phase('standing-by');
    await listed(desk, (contacts) => contacts.length === 0);
    await registered(laptop);
    // a new connection is proved by the question
    desk.stack.reconnect('asked');
    await listed(desk, (contacts) => contacts.length === 1);
    expect(desk.stack.registration).toMatchObject({ phase: 'standing-by', others: [{ name: 'laptop' }] });
    desk.stack.start();
    await desk.phase('registered');
    expect(office.office.inventory.bindings).toBe(2);
  });
});
