import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { gatewayHost, SipGateway } from '#test/support/sip/sip-gateway.ts';
import { officePhone, officeServer, TestPhone } from '#test/support/sip/test-phone.ts';
import { WeriftMedia } from '#test/support/sip/werift-media.ts';

/** The basic flows of RFC 3665, between lines of ours through the proxy of the practice office. */
let office: OfficeFixture<SystemClock>;
let alice: TestPhone;
let bob: TestPhone;

beforeAll(async () => {
  office = await OfficeFixture.startOn(new SystemClock(), new FakeRobotMedia());
  alice = officePhone(office, '10', 600);
  bob = officePhone(office, '11', 800);
  await Promise.all([alice.signIn(), bob.signIn()]);
});

afterAll(async () => {
  await Promise.all([alice?.dispose(), bob?.dispose()]);
  office?.dispose();
});

afterEach(async () => {
  await Promise.all([alice.hangUpAll(), bob.hangUpAll()]);
  expect([alice, bob].map((phone) => [phone.line.liveCalls, phone.media.size])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

/** First lines of what one phone sent and received, from a place in its record on: methods with a `>` or `<`, statuses likewise. */
function flow(phone: TestPhone, from: number): string[] {
  return phone.wire.slice(from).map(({ direction, text }) => {
    const [first = '', second = ''] = text.split(' ');
    return `${direction === 'sent' ? '>' : '<'} ${first === 'SIP/2.0' ? second : first}`;
  });
}

async function ring(): Promise<[mine: string, theirs: string]> {
  const mine = alice.dial('11');
  const { call: theirs } = await bob.ringing();
  bob.line.sendRinging(theirs);
  await alice.expect(mine, 'ringing');
  return [mine, theirs];
}

async function talk(): Promise<[mine: string, theirs: string]> {
  const [mine, theirs] = await ring();
  bob.line.accept(theirs);
  await Promise.all([alice.expect(mine, 'established'), bob.expect(theirs, 'established')]);
  return [mine, theirs];
}

describe('RFC 3665 section 2, registration', () => {
  it('2.1 new registration, challenged once; 2.4 cancellation', async () => {
    const carol = officePhone(office, '12', 900);
    await carol.signIn();
    expect(flow(carol, 0)).toEqual(['> REGISTER', '< 401', '> REGISTER', '< 200']);
    const from = carol.wire.length;
    await carol.dispose();
    expect(flow(carol, from)).toEqual(['> REGISTER', '< 200']);
  });

  it('2.5 unsuccessful registration', async () => {
    const mallory = new TestPhone({
      account: {
        id: 'm',
        kind: 'server',
        user: '12',
        authUser: null,
        displayName: 'Mallory',
        domain: null,
        servers: [officeServer(office)],
        registerExpires: 300,
      },
      password: 'guessed',
      toneHz: 500,
    });
    const refused = new Promise((resolve) => {
      mallory.line.onRegistrationChanged((status) => {
        if (status.phase === 'refused') resolve(status);
      });
    });
    mallory.line.start();
    expect(await refused).toMatchObject({ error: { code: 'wrong-password' } });
    await mallory.dispose();
  });
});

describe('RFC 3665 section 3, sessions', () => {
  it('3.1, 3.2 session establishment through a proxy', async () => {
    const from = alice.wire.length;
    const [mine, theirs] = await talk();
    await Promise.all([alice.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    bob.line.hangUp(theirs);
    await Promise.all([alice.expect(mine, 'terminated'), bob.expect(theirs, 'closed')]);
    expect(flow(alice, from)).toEqual(['> INVITE', '< 100', '< 180', '< 200', '> ACK', '< BYE', '> 200']);
    const bye = alice.wire.slice(from).find(({ text }) => text.startsWith('BYE'));
    // both ends stay on the way that Record-Route made
    expect(bye?.text).toMatch(/^Via: .*\r\nVia: /m);
  });

  it('3.3 session establishment with proxy authentication', async () => {
    const from = alice.wire.length;
    await talk();
    const invite = alice.wire.slice(from).find(({ text }) => text.startsWith('INVITE'));
    expect(invite?.text).toMatch(/^(?:Proxy-)?Authorization: Digest /m);
  });

  it('3.4 session with a proxy that fails: the next one is used', async () => {
    const gone = { ...officeServer(office), port: await freePort() };
    const carol = officePhone(office, '12', 900, [gone, officeServer(office)]);
    try {
      await carol.signIn();
      const carols = carol.dial('11');
      const { call: theirs } = await bob.ringing();
      bob.line.accept(theirs);
      await Promise.all([carol.expect(carols, 'established'), bob.expect(theirs, 'established')]);
      await Promise.all([carol.media.hear(carols, 800), bob.media.hear(theirs, 900)]);
    } finally {
      await carol.hangUpAll();
      await carol.dispose();
    }
  });

  it('3.5 session through a gateway that rewrites addresses, both ways', async () => {
    const gateway = await SipGateway.start(
      () =>
        new WebSocket(`wss://localhost:${office.port}/`, 'sip', {
          ca: office.certificate,
          lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
        }),
    );
    const carol = officePhone(office, '12', 900, [gateway.server]);
    try {
      await carol.signIn();
      const from = bob.wire.length;
      const carols = carol.dial('11');
      const { call: theirs } = await bob.ringing();
      bob.line.accept(theirs);
      await Promise.all([carol.expect(carols, 'established'), bob.expect(theirs, 'established')]);
      await Promise.all([carol.media.hear(carols, 800), bob.media.hear(theirs, 900)]);
      bob.line.hangUp(theirs);
      await Promise.all([carol.expect(carols, 'terminated'), bob.expect(theirs, 'closed')]);
      const invite = bob.wire.slice(from).find(({ text }) => text.startsWith('INVITE'));
      expect(invite?.text).toMatch(new RegExp(`^Contact:.*@${gatewayHost}`, 'm'));
      const back = bob.dial('12');
      const { call: answered } = await carol.ringing();
      carol.line.accept(answered);
      await Promise.all([bob.expect(back, 'established'), carol.expect(answered, 'established')]);
      carol.line.hangUp(answered);
      await bob.expect(back, 'terminated');
    } finally {
      await carol.hangUpAll();
      await carol.dispose();
      gateway.dispose();
    }
  });

  it('3.6 session via a redirection, with SDP in the ACK', async () => {
    const carol = await office.registered('12');
    const media = new WeriftMedia(900);
    try {
      carol.invite('10');
      alice.line.redirect((await alice.ringing()).call, '11', 'deflection');
      // the office follows it itself (RFC 3261 section 16.7)
      const { call: theirs, hasOffer, redirectedBy } = await bob.ringing();
      expect([hasOffer, redirectedBy?.number]).toEqual([false, '10']);
      bob.line.accept(theirs);
      const ok = await carol.takeResponse('INVITE');
      carol.inDialog('ACK', ok, { sdp: await media.createAnswer('carol', new TextDecoder().decode(ok.body), { hold: false }) });
      await bob.expect(theirs, 'established');
      await Promise.all([media.hear('carol', 800), bob.media.hear(theirs, 900)]);
      carol.inDialog('BYE', ok);
      await bob.expect(theirs, 'terminated');
    } finally {
      media.dispose();
      carol.dispose();
    }
  });

  it('3.7 session with a re-INVITE after the address of one end has changed', async () => {
    const [mine, theirs] = await talk();
    const from = bob.wire.length;
    const reinvited = bob.received('INVITE', from);
    alice.line.reconnect('asked');
    await reinvited;
    await Promise.all([alice.media.hear(mine, 800), bob.media.hear(theirs, 600)]);
    bob.line.hangUp(theirs);
    await Promise.all([bob.expect(theirs, 'closed'), alice.expect(mine, 'terminated')]);
  });

  it('3.8 unsuccessful, no answer: the caller gives up', async () => {
    const from = bob.wire.length;
    const [mine, theirs] = await ring();
    alice.line.hangUp(mine);
    await Promise.all([alice.expect(mine, 'closed'), bob.expect(theirs, 'cancelled')]);
    expect(flow(bob, from).filter((line) => line !== '> 100')).toEqual(['< INVITE', '> 180', '< CANCEL', '> 200', '> 487', '< ACK']);
  });

  it.each([
    ['3.9 unsuccessful, busy', 486],
    ['3.11 unsuccessful, temporarily unavailable', 480],
  ] as const)('%s', async (_, status) => {
    const mine = alice.dial('11');
    bob.line.reject((await bob.ringing()).call, status);
    expect(await alice.expect(mine, 'rejected')).toMatchObject({ status, error: null });
  });

  it('3.10 unsuccessful, nobody there', async () => {
    expect(await alice.expect(alice.dial('19'), 'rejected')).toMatchObject({ status: 480, error: null });
  });
});
