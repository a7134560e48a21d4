import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Asterisk, startAsterisk } from '#test/support/lab/asterisk.ts';
import { asteriskPhone, type TestPhone } from '#test/support/sip/test-phone.ts';

let asterisk: Asterisk;
let ann: TestPhone;
let bob: TestPhone;

beforeAll(async () => {
  asterisk = await startAsterisk();
  ann = asteriskPhone(asterisk, '201', 600);
  bob = asteriskPhone(asterisk, '202', 800);
  await Promise.all([ann.signIn(), bob.signIn()]);
});

afterAll(async () => {
  await Promise.all([ann?.dispose(), bob?.dispose()]);
  await asterisk?.dispose();
});

/** Every test leaves both phones idle: no call, no peer connection. */
afterEach(() => {
  for (const phone of [ann, bob]) {
    for (const call of new Set(phone.events.map((event) => event.call))) phone.line.hangUp(call);
  }
});

/** Ann calls Bob, who answers. */
async function connect(): Promise<{ mine: string; theirs: string }> {
  const mine = ann.dial('202');
  const { call: theirs } = await bob.ringing();
  bob.line.sendRinging(theirs);
  await ann.expect(mine, 'ringing');
  bob.line.accept(theirs);
  await Promise.all([ann.expect(mine, 'established'), bob.expect(theirs, 'established')]);
  return { mine, theirs };
}

async function hangUp(phone: TestPhone, call: string): Promise<void> {
  phone.line.hangUp(call);
  await phone.expect(call, 'closed');
}

describe('numbers of the server', () => {
  it('9196 echoes our own tone', async () => {
    const call = ann.dial('9196');
    await ann.expect(call, 'established');
    await ann.media.hear(call, 600);
    expect(ann.line.farEndProduct(call)).toContain('Asterisk');
    await hangUp(ann, call);
    expect([ann.media.size, ann.line.liveCalls]).toEqual([0, 0]);
  });

  it('9197 plays 1004 Hz', async () => {
    const call = ann.dial('9197');
    await ann.expect(call, 'established');
    await ann.media.hear(call, 1004);
    await hangUp(ann, call);
  });

  it('9199 is heard before it answers', async () => {
    const call = ann.dial('9199');
    await ann.expect(call, 'early-media');
    expect((await ann.media.listen(call)).level).toBeGreaterThan(0.01);
    expect(ann.types(call)).not.toContain('established');
    await ann.expect(call, 'established');
    await ann.media.hear(call, 600);
    await hangUp(ann, call);
  });

  it('9176 reads our digits', async () => {
    const call = ann.dial('9176');
    await ann.expect(call, 'established');
    await ann.media.connected(call);
    ann.line.sendDtmf(call, '1972', 'rtp');
    await ann.expect(call, 'terminated');
    expect(await asterisk.cli('database get lab/dtmf 201')).toContain('1972');
  });

  it('9190 is busy', async () => {
    const call = ann.dial('9190');
    expect(await ann.expect(call, 'rejected')).toMatchObject({ status: 486, error: null });
  });

  it('9191 rings until we give up', async () => {
    const call = ann.dial('9191');
    await ann.expect(call, 'ringing');
    await hangUp(ann, call);
    expect(ann.types(call)).toEqual(['trying', 'ringing', 'closed']);
  });

  it.each([
    [403, 'call-refused'],
    [404, 'number-unknown'],
    [408, null],
    [410, 'number-unknown'],
    [480, null],
    [484, 'number-invalid'],
    [486, null],
    [488, 'no-common-codec'],
    [500, 'server-error'],
    [501, 'server-error'],
    [502, 'server-error'],
    [503, 'server-error'],
  ])('*6%i is refused with it', async (status, code) => {
    const call = ann.dial(`*6${status}`);
    const event = await ann.expect(call, 'rejected');
    expect([event.status, event.error?.code ?? null]).toEqual([status, code]);
  });
});

describe('two phones', () => {
  it('hear each other, and the caller ends it', async () => {
    const { mine, theirs } = await connect();
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    ann.line.hangUp(mine);
    await Promise.all([ann.expect(mine, 'closed'), bob.expect(theirs, 'terminated')]);
    expect([ann.media.size, bob.media.size, ann.line.liveCalls, bob.line.liveCalls]).toEqual([0, 0, 0, 0]);
  });

  it('know each other by name, and the callee ends it', async () => {
    const { mine, theirs } = await connect();
    const invite = bob.events.find((event) => event.call === theirs);
    expect(invite).toMatchObject({ remote: { number: '201', displayName: 'Lab 201' } });
    bob.line.hangUp(theirs);
    await Promise.all([ann.expect(mine, 'terminated'), bob.expect(theirs, 'closed')]);
  });

  it('ring and stop when the caller gives up', async () => {
    const mine = ann.dial('202');
    const { call: theirs } = await bob.ringing();
    bob.line.sendRinging(theirs);
    await ann.expect(mine, 'ringing');
    ann.line.hangUp(mine);
    await ann.expect(mine, 'closed');
    expect(await bob.expect(theirs, 'cancelled')).toMatchObject({ answeredElsewhere: false });
  });

  it.each([486, 603] as const)('are told of a refusal with %i', async (status) => {
    const mine = ann.dial('202');
    const { call: theirs } = await bob.ringing();
    bob.line.reject(theirs, status);
    await bob.expect(theirs, 'closed');
    expect((await ann.expect(mine, 'rejected')).error).toBeNull();
  });

  it('hold and take back: music, then the voice again', async () => {
    const { mine, theirs } = await connect();
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    ann.line.setHold(mine, true);
    expect(await ann.expect(mine, 'local-hold-changed')).toMatchObject({ held: true });
    const during = await bob.media.listen(theirs, 800);
    expect(Math.abs(during.hz - 600)).toBeGreaterThan(20);
    ann.line.setHold(mine, false);
    expect(await ann.expect(mine, 'local-hold-changed')).toMatchObject({ held: false });
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    await hangUp(ann, mine);
  });

  it('survive an ICE restart and a takeover by Replaces', async () => {
    const { mine, theirs } = await connect();
    ann.line.repair(mine, 'restart-ice');
    await ann.expect(mine, 'repair-negotiated');
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    let peer = mine;
    const subscription = ann.line.onCallPeerChanged((change) => (peer = change.peer));
    ann.line.repair(mine, 'replace');
    await ann.expect(mine, 'repair-negotiated');
    subscription.dispose();
    expect(peer).not.toBe(mine);
    await Promise.all([ann.media.hear(peer, 800), bob.media.hear(theirs, 600)]);
    expect(ann.media.size).toBe(1);
    await hangUp(ann, mine);
    await bob.expect(theirs, 'terminated');
  });

  it('keep talking while a flow breaks', async () => {
    const { mine, theirs } = await connect();
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    ann.line.reconnect('asked');
    ann.line.setHold(mine, true);
    await ann.expect(mine, 'local-hold-changed');
    ann.line.setHold(mine, false);
    await ann.expect(mine, 'local-hold-changed');
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    bob.line.hangUp(theirs);
    await ann.expect(mine, 'terminated');
  });

  it('say where a call was answered that rang on two devices', async () => {
    const other = asteriskPhone(asterisk, '202', 900);
    await other.signIn();
    try {
      const mine = ann.dial('202');
      const [desk, mobile] = await Promise.all([bob.ringing(), other.ringing()]);
      other.line.accept(mobile.call);
      await ann.expect(mine, 'established');
      expect(await bob.expect(desk.call, 'cancelled')).toMatchObject({ answeredElsewhere: true });
      await ann.media.hear(mine, 900);
      await hangUp(ann, mine);
      await other.expect(mobile.call, 'terminated');
    } finally {
      await other.dispose();
    }
  });
});

it('leaves nothing behind after a hundred calls in a row', async () => {
  const resources = (): number => process.getActiveResourcesInfo().filter((name) => name !== 'Timeout').length;
  const before = resources();
  for (let round = 0; round < 100; round++) {
    const call = ann.dial(round % 2 === 0 ? '9190' : '9196');
    if (round % 2 === 0) await ann.expect(call, 'rejected');
    else {
      await ann.expect(call, 'established');
      await hangUp(ann, call);
    }
  }
  expect([ann.line.liveCalls, ann.media.size]).toEqual([0, 0]);
  expect(resources()).toBeLessThanOrEqual(before + 3);
}, 60_000);
