import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Asterisk, startAsterisk } from '#test/support/lab/asterisk.ts';
import { asteriskPhone, type TestPhone } from '#test/support/sip/test-phone.ts';

let asterisk: Asterisk;
let ann: TestPhone;
let bob: TestPhone;
let carl: TestPhone;

beforeAll(async () => {
  asterisk = await startAsterisk();
  ann = asteriskPhone(asterisk, '201', 600);
  bob = asteriskPhone(asterisk, '202', 800);
  carl = asteriskPhone(asterisk, '203', 1_200);
  await Promise.all([ann.signIn(), bob.signIn(), carl.signIn()]);
});

afterAll(async () => {
  await Promise.all([ann?.dispose(), bob?.dispose(), carl?.dispose()]);
  await asterisk?.dispose();
});

afterEach(async () => {
  await Promise.all([ann, bob, carl].map((phone) => phone.hangUpAll()));
});

/** One phone calls another, which answers; each hears the other, because Asterisk refuses to transfer a call that it has not joined yet. */
async function connect(caller: TestPhone, callee: TestPhone, number: string): Promise<{ mine: string; theirs: string }> {
  const mine = caller.dial(number);
  const { call: theirs } = await callee.ringing();
  callee.line.sendRinging(theirs);
  callee.line.accept(theirs);
  await Promise.all([caller.expect(mine, 'established'), callee.expect(theirs, 'established')]);
  await Promise.all([caller.media.hear(mine, callee.toneHz), callee.media.hear(theirs, caller.toneHz)]);
  return { mine, theirs };
}

/** Ann and Bob talk; Ann has him wait. */
async function connectAndHold(): Promise<{ mine: string; theirs: string }> {
  const talk = await connect(ann, bob, '202');
  ann.line.setHold(talk.mine, true);
  await ann.expect(talk.mine, 'local-hold-changed');
  return talk;
}

async function hangUp(phone: TestPhone, call: string): Promise<void> {
  phone.line.hangUp(call);
  await phone.expect(call, 'closed');
}

describe('a transfer through Asterisk', () => {
  it('blind: the caller hears the target, and we go', async () => {
    const { mine, theirs } = await connect(ann, bob, '202');
    ann.line.refer(mine, { kind: 'blind', target: '203' });
    await ann.expect(mine, 'transfer-accepted');
    const { call, remote } = await carl.ringing();
    expect(remote.number).toBe('202');
    carl.line.sendRinging(call);
    await ann.expect(mine, 'transfer-ringing');
    carl.line.accept(call);
    await Promise.all([ann.expect(mine, 'transfer-succeeded'), carl.expect(call, 'established')]);
    await hangUp(ann, mine);
    expect((await bob.expect(theirs, 'remote-changed')).remote).toMatchObject({ number: '203', displayName: 'Lab 203' });
    await Promise.all([bob.media.hear(theirs, 1_200), carl.media.hear(call, 800)]);
    await hangUp(carl, call);
    await bob.expect(theirs, 'terminated');
  });

  it('blind to nobody: the caller stays', async () => {
    const { mine, theirs } = await connect(ann, bob, '202');
    ann.line.refer(mine, { kind: 'blind', target: '777' });
    expect((await ann.expect(mine, 'transfer-failed')).error).toMatchObject({
      code: 'transfer-target-unknown',
      details: { number: '777' },
    });
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
  });

  it('blind to somebody busy: Asterisk drops the caller, and we hear of it', async () => {
    const { mine, theirs } = await connect(ann, bob, '202');
    ann.line.refer(mine, { kind: 'blind', target: '9190' });
    await ann.expect(mine, 'transfer-failed');
    await Promise.all([ann.expect(mine, 'terminated'), bob.expect(theirs, 'terminated')]);
  });

  it('attended: both of the others hear each other', async () => {
    const { mine, theirs } = await connectAndHold();
    const { mine: consultation, theirs: asked } = await connect(ann, carl, '203');
    ann.line.refer(mine, { kind: 'attended', call: consultation });
    await ann.expect(mine, 'transfer-succeeded');
    await Promise.all([hangUp(ann, mine), ann.expect(consultation, 'terminated')]);
    expect((await bob.expect(theirs, 'remote-changed')).remote.number).toBe('203');
    expect((await carl.expect(asked, 'remote-changed')).remote.number).toBe('202');
    await Promise.all([bob.media.hear(theirs, 1_200), carl.media.hear(asked, 800)]);
  });

  it('attended, of a call that came in with one that went out', async () => {
    const { mine: bobs, theirs: mine } = await connect(bob, ann, '201');
    const { mine: consultation, theirs: asked } = await connect(ann, carl, '203');
    ann.line.refer(consultation, { kind: 'attended', call: mine });
    await ann.expect(consultation, 'transfer-succeeded');
    await Promise.all([bob.media.hear(bobs, 1_200), carl.media.hear(asked, 800)]);
  });

  it('while the consultation still rings: the target rings on, for the caller', async () => {
    const { mine, theirs } = await connectAndHold();
    const consultation = ann.dial('203');
    const { call: asked } = await carl.ringing();
    carl.line.sendRinging(asked);
    await ann.expect(consultation, 'ringing');
    ann.line.refer(mine, { kind: 'attended', call: consultation });
    await ann.expect(mine, 'transfer-succeeded');
    // we take our INVITE back, unless Asterisk was faster to clear it
    const [end] = await Promise.all([ann.over(consultation), hangUp(ann, mine)]);
    expect(end.type === 'rejected' ? end.cleared : end.type === 'closed', JSON.stringify(end)).toBe(true);
    expect((await carl.expect(asked, 'remote-changed')).remote.number).toBe('202');
    carl.line.accept(asked);
    await carl.expect(asked, 'established');
    await Promise.all([bob.media.hear(theirs, 1_200), carl.media.hear(asked, 800)]);
  });
});

describe('a parked call', () => {
  it('waits where the server put it, and is fetched by somebody else', async () => {
    const { mine, theirs } = await connect(ann, bob, '202');
    ann.line.refer(mine, { kind: 'blind', target: '700' });
    await ann.expect(mine, 'transfer-succeeded');
    await hangUp(ann, mine);
    const fetched = carl.dial('701');
    await carl.expect(fetched, 'established');
    await Promise.all([bob.media.hear(theirs, 1_200), carl.media.hear(fetched, 800)]);
  });
});

describe('a call that rings at a colleague', () => {
  it.each(['*8', '**203'])('is picked up by %s', async (code) => {
    const mine = ann.dial('203');
    const { call: theirs } = await carl.ringing();
    carl.line.sendRinging(theirs);
    await ann.expect(mine, 'ringing');
    const picked = bob.dial(code);
    await Promise.all([bob.expect(picked, 'established'), ann.expect(mine, 'established'), carl.expect(theirs, 'cancelled')]);
    await Promise.all([ann.media.hear(mine, 800), bob.media.hear(picked, 600)]);
  });

  it('is told to who watches the line, and can be picked up by its dialog when that is told', async () => {
    const seen: string[] = [];
    const told = new Promise<void>((resolve) => {
      bob.line.onWatchChanged(({ status, dialogs }) => {
        seen.push(dialogs[0] === undefined ? status : `${dialogs[0].state} ${dialogs[0].direction}`);
        if (dialogs[0]?.state === 'early') resolve();
      });
    });
    const watch = bob.line.watch('203');
    const mine = ann.dial('203');
    const { call: theirs } = await carl.ringing();
    carl.line.sendRinging(theirs);
    await told;
    expect(seen).toContain('early recipient');
    carl.line.accept(theirs);
    await ann.expect(mine, 'established');
    await hangUp(ann, mine);
    watch.dispose();
  });
});

describe('a call that is sent on', () => {
  it('by us with 302: the next one rings, and knows by whom', async () => {
    const mine = ann.dial('202');
    const { call: theirs } = await bob.ringing();
    bob.line.sendRinging(theirs);
    bob.line.redirect(theirs, '203', 'no-answer');
    await bob.expect(theirs, 'closed');
    const { call, redirectedBy } = await carl.ringing();
    expect(redirectedBy?.number).toBe('202');
    carl.line.accept(call);
    await ann.expect(mine, 'established');
    await Promise.all([ann.media.hear(mine, 1_200), carl.media.hear(call, 600)]);
  });

  it('by the server with 302: we follow', async () => {
    const call = ann.dial('9195');
    expect((await ann.expect(call, 'redirected')).to.number).toBe('9196');
    await ann.expect(call, 'established');
    await ann.media.hear(call, 600);
  });
});

describe('what else Asterisk does', () => {
  it('9176 reads our digits by INFO', async () => {
    const call = ann.dial('9176');
    await ann.expect(call, 'established');
    await ann.media.connected(call);
    ann.line.sendDtmf(call, '2749', 'info');
    await ann.expect(call, 'terminated');
    expect(await asterisk.cli('database get lab/dtmf 201')).toContain('2749');
  });

  it('knows its users by From: a hidden number is refused with a word', async () => {
    const call = ann.dial('202', { anonymous: true });
    expect((await ann.expect(call, 'rejected')).error?.code).toBe('identity-refused');
  });

  it('passes messages on', async () => {
    const received = new Promise((resolve) => bob.line.onMessage(resolve));
    await ann.line.sendMessage('202', 'Grüße, ganz kurz: 14 Uhr?');
    expect(await received).toMatchObject({ from: { number: '201' }, text: 'Grüße, ganz kurz: 14 Uhr?' });
  });

  it('refuses a message to nobody', async () => {
    await expect(ann.line.sendMessage('sip:nobody@', 'x')).rejects.toMatchObject({ code: 'message-not-delivered' });
  });

  it('8000 lets three hear each other', async () => {
    const calls = await Promise.all(
      [ann, bob, carl].map(async (phone) => {
        const call = phone.dial('8000');
        await phone.expect(call, 'established');
        await phone.media.connected(call);
        return call;
      }),
    );
    expect((await carl.media.listen(calls[2] ?? '')).level).toBeGreaterThan(0.01);
  });
});
